// What was written and is not yet acknowledged: sent in order, each exactly once by its
// client_id, again and again until there is an answer. Survives a reload.
import { signal } from '@preact/signals';
import { ApiError, call } from '../api';
import { me } from '../session';
import type { Message } from '../types';
import { logOf } from './log';

export interface Pending {
  client_id: string;
  group: string;
  body: string;
  created_at: string;
  state: 'queued' | 'sending' | 'failed';
}

export const pending = signal<readonly Pending[]>([]);

const storeKey = () => `outbox:${me.value?.id ?? ''}`;

function set(next: readonly Pending[]): void {
  pending.value = next;
  try {
    if (next.length) localStorage.setItem(storeKey(), JSON.stringify(next));
    else localStorage.removeItem(storeKey());
  } catch {
    // a full or forbidden store: the rows live on in this page
  }
}

const change = (id: string, state: Pending['state']) =>
  set(pending.value.map((p) => (p.client_id === id ? { ...p, state } : p)));

export const settle = (id: string) => {
  if (pending.value.some((p) => p.client_id === id))
    set(pending.value.filter((p) => p.client_id !== id));
};

let running = false;
let wake: (() => void) | undefined;

// Try now, not at the end of the back-off.
export function flush(): void {
  wake?.();
  void run();
}

const pause = (ms: number) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    wake = () => {
      clearTimeout(timer);
      done();
    };
  });

async function run(): Promise<void> {
  if (running) return;
  running = true;
  let backoff = 500;
  try {
    for (;;) {
      const next = pending.value.find((p) => p.state !== 'failed');
      if (!next || !me.value) return;
      change(next.client_id, 'sending');
      try {
        const message = await call<Message>('POST', `/groups/${next.group}/messages`, {
          body: next.body,
          client_id: next.client_id,
        });
        logOf(next.group).put(message);
        settle(next.client_id);
        backoff = 500;
      } catch (e) {
        if (!(e instanceof ApiError)) throw e;
        if (e.status === 401) {
          change(next.client_id, 'queued');
          return;
        }
        if (!e.passing) {
          change(next.client_id, 'failed');
          continue;
        }
        change(next.client_id, 'queued');
        await pause(Math.max(backoff * (0.75 + Math.random() / 2), e.status === 429 ? e.retryAfter * 1000 : 0));
        backoff = Math.min(backoff * 2, 10000);
      }
    }
  } finally {
    running = false;
  }
}

// randomUUID() exists under https only.
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

export function post(group: string, body: string): void {
  const row: Pending = {
    client_id: newId(),
    group,
    body,
    created_at: new Date().toISOString(),
    state: 'queued',
  };
  set([...pending.value, row]);
  void run();
}

export function retry(id: string): void {
  change(id, 'queued');
  flush();
}

export function restore(): void {
  let saved: Pending[] = [];
  try {
    saved = JSON.parse(localStorage.getItem(storeKey()) ?? '[]') as Pending[];
  } catch {
    saved = [];
  }
  pending.value = saved.map((p) => (p.state === 'sending' ? { ...p, state: 'queued' } : p));
  void run();
}
