// The messages of one group as the client has them: a window onto the log, sorted by seq.
// Snapshots and events meet here; an event at or below the head is old news.
import { signal } from '@preact/signals';
import { ApiError, call } from '../api';
import type { GroupEvent, Message, MessagePage } from '../types';

export const PAGE = 50;
export const WINDOW = 240;

export interface Window {
  items: readonly Message[];
  hasBefore: boolean;
  hasAfter: boolean;
}

export class Log {
  readonly window = signal<Window>({ items: [], hasBefore: false, hasAfter: false });
  readonly state = signal<'new' | 'loading' | 'ready' | 'gone'>('new');
  head = 0;
  epoch = '';
  private early: GroupEvent[] = []; // those that came while a snapshot was under way
  private busy = false;

  constructor(readonly group: string) {}

  private async fetch(query: string): Promise<MessagePage> {
    return call<MessagePage>('GET', `/groups/${this.group}/messages?limit=${PAGE}${query}`);
  }

  // The latest page, or the one around a seq.
  async load(around?: number): Promise<void> {
    if (this.state.value === 'loading') return;
    const before = this.state.value;
    this.state.value = 'loading';
    this.early = [];
    try {
      const page = await this.fetch(around ? `&around=${around}` : '');
      this.head = page.head;
      this.epoch = page.epoch;
      this.window.value = { items: page.items, hasBefore: page.has_before, hasAfter: page.has_after };
      this.state.value = 'ready';
      const early = this.early;
      this.early = [];
      early.forEach((e) => this.apply(e));
    } catch (e) {
      this.state.value = e instanceof ApiError && e.status === 404 ? 'gone' : before;
      throw e;
    }
  }

  async loadBefore(): Promise<void> {
    const { items, hasBefore } = this.window.value;
    const first = items[0];
    if (!first || !hasBefore || this.busy) return;
    this.busy = true;
    try {
      const page = await this.fetch(`&before=${first.seq}`);
      const now = this.window.value;
      if (now.items[0]?.seq !== first.seq) return; // replaced meanwhile
      const all = [...page.items, ...now.items];
      this.window.value = {
        items: all.slice(0, WINDOW),
        hasBefore: page.has_before,
        hasAfter: now.hasAfter || all.length > WINDOW,
      };
    } finally {
      this.busy = false;
    }
  }

  async loadAfter(): Promise<void> {
    const { items, hasAfter } = this.window.value;
    const last = items[items.length - 1];
    if (!last || !hasAfter || this.busy) return;
    this.busy = true;
    try {
      const page = await this.fetch(`&after=${last.seq}`);
      const now = this.window.value;
      if (now.items[now.items.length - 1]?.seq !== last.seq) return;
      const all = [...now.items, ...page.items];
      this.window.value = {
        items: all.slice(-WINDOW),
        hasBefore: now.hasBefore || all.length > WINDOW,
        hasAfter: page.has_after,
      };
    } finally {
      this.busy = false;
    }
  }

  // Keeps the list short where nobody looks.
  trim(keepEnd: boolean): void {
    const { items, hasBefore, hasAfter } = this.window.value;
    if (items.length <= WINDOW) return;
    this.window.value = keepEnd
      ? { items: items.slice(-WINDOW), hasBefore: true, hasAfter }
      : { items: items.slice(0, WINDOW), hasBefore, hasAfter: true };
  }

  // A row that we know of: by an event, or by the answer to a post of ours.
  put(message: Message): void {
    const { items, hasBefore, hasAfter } = this.window.value;
    const at = items.findIndex((m) => m.seq >= message.seq);
    if (at >= 0 && items[at]!.seq === message.seq) {
      const next = [...items];
      next[at] = message;
      this.window.value = { items: next, hasBefore, hasAfter };
    } else if (at < 0 && !hasAfter) {
      this.window.value = { items: [...items, message], hasBefore, hasAfter };
    } else if (at > 0) {
      this.window.value = {
        items: [...items.slice(0, at), message, ...items.slice(at)],
        hasBefore,
        hasAfter,
      };
    }
  }

  private change(seq: number, change: Partial<Message>): void {
    const { items, hasBefore, hasAfter } = this.window.value;
    if (!items.some((m) => m.seq === seq)) return;
    this.window.value = {
      items: items.map((m) => (m.seq === seq ? { ...m, ...change } : m)),
      hasBefore,
      hasAfter,
    };
  }

  // True when it was news.
  apply(event: GroupEvent): boolean {
    if (this.state.value === 'loading') {
      this.early.push(event);
      return false;
    }
    if (this.state.value !== 'ready' || event.seq <= this.head) return false;
    this.head = event.seq;
    const message = event.message;
    if (event.type === 'message.created' && message && !message.deleted) this.put(message);
    else if (event.type === 'message.edited' && message) this.change(message.seq, message);
    else if (event.type === 'message.deleted' && message)
      this.change(message.seq, { deleted: true, body: '' });
    else if (event.type === 'member.updated' && event.user) this.rename(event.user);
    return true;
  }

  private rename(user: { id: string; display_name: string }): void {
    const { items, hasBefore, hasAfter } = this.window.value;
    this.window.value = {
      items: items.map((m) =>
        m.author.id === user.id
          ? { ...m, author: { ...m.author, display_name: user.display_name } }
          : m,
      ),
      hasBefore,
      hasAfter,
    };
  }
}

const logs = new Map<string, Log>();

export function logOf(group: string): Log {
  let log = logs.get(group);
  if (!log) {
    log = new Log(group);
    logs.set(group, log);
  }
  return log;
}

export const knownLogs = () => [...logs.values()];
export const forgetLog = (group: string) => void logs.delete(group);
export const forgetLogs = () => logs.clear();
