// What a screen reader is told of live arrivals: at most one line a second.
import { signal } from '@preact/signals';
import type { Message } from '../types';
import { words } from '../words';

export const announcement = signal('');
let waiting: Message[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function say(): void {
  const [first] = waiting;
  if (!first) {
    timer = undefined;
    return;
  }
  announcement.value =
    waiting.length === 1
      ? words.announce(first.author.display_name, first.body.slice(0, 200))
      : words.announceMany(waiting.length);
  waiting = [];
  timer = setTimeout(say, 1000);
}

export function announceArrival(message: Message): void {
  waiting.push(message);
  timer ??= setTimeout(say, 0);
}
