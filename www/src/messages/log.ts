// The messages of one group as the client has them: a window onto the log, sorted by seq.
// Snapshots and events meet here; an event at or below the head is old news.
import { signal } from '@preact/signals';
import { ApiError, call } from '../api';
import { me } from '../session';
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
  readonly fresh = signal(0); // others' messages that came while somebody read further up
  head = 0;
  epoch = '';
  following = true; // somebody is at the end, or nobody looks
  private early: GroupEvent[] = []; // those that came while a snapshot was under way
  private paging = false;
  private during: GroupEvent[] = []; // those that came while a page was under way

  constructor(readonly group: string) {}

  // Whether the end is looked at, or nothing: then the list is kept short at its beginning.
  follow(on: boolean): void {
    this.following = on;
    if (!on) return;
    this.fresh.value = 0;
    const { items, hasAfter } = this.window.value;
    if (items.length > WINDOW)
      this.window.value = { items: items.slice(-WINDOW), hasBefore: true, hasAfter };
  }

  private fetch(query: string): Promise<MessagePage> {
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
    } catch (e) {
      this.state.value = e instanceof ApiError && e.status === 404 ? 'gone' : before;
      throw e;
    } finally {
      const early = this.early;
      this.early = [];
      early.forEach((e) => this.apply(e));
    }
  }

  // A page at either end. What happened after the page was read is applied to it again.
  private async page(query: string, stillFits: () => boolean, join: (page: MessagePage) => Window): Promise<void> {
    if (this.paging) return;
    this.paging = true;
    this.during = [];
    try {
      const page = await this.fetch(query);
      if (!stillFits()) return;
      this.window.value = join(page);
      this.during.filter((e) => e.seq > page.head).forEach((e) => this.change(e));
    } finally {
      this.paging = false;
      this.during = [];
    }
  }

  async loadBefore(): Promise<void> {
    const { items, hasBefore } = this.window.value;
    const first = items[0];
    if (!first || !hasBefore) return;
    await this.page(
      `&before=${first.seq}`,
      () => this.window.value.items[0]?.seq === first.seq,
      (page) => {
        const now = this.window.value;
        const all = [...page.items, ...now.items];
        return {
          items: all.slice(0, WINDOW),
          hasBefore: page.has_before,
          hasAfter: now.hasAfter || all.length > WINDOW,
        };
      },
    );
  }

  async loadAfter(): Promise<void> {
    const { items, hasAfter } = this.window.value;
    const last = items[items.length - 1];
    if (!last || !hasAfter) return;
    await this.page(
      `&after=${last.seq}`,
      () => this.window.value.items.at(-1)?.seq === last.seq,
      (page) => {
        const now = this.window.value;
        const all = [...now.items, ...page.items];
        return {
          items: all.slice(-WINDOW),
          hasBefore: now.hasBefore || all.length > WINDOW,
          hasAfter: page.has_after,
        };
      },
    );
  }

  // A row that we know of: by an event, or by the answer to a post of ours.
  put(message: Message): void {
    const { items, hasBefore, hasAfter } = this.window.value;
    const at = items.findIndex((m) => m.seq >= message.seq);
    if (at >= 0 && items[at]!.seq === message.seq) {
      this.window.value = { items: items.map((m, i) => (i === at ? message : m)), hasBefore, hasAfter };
    } else if (at > 0) {
      this.window.value = { items: [...items.slice(0, at), message, ...items.slice(at)], hasBefore, hasAfter };
    } else if (at < 0 && !hasAfter) {
      if (items.length < WINDOW) this.window.value = { items: [...items, message], hasBefore, hasAfter };
      else if (this.following) this.window.value = { items: [...items.slice(1 - WINDOW), message], hasBefore: true, hasAfter };
      else this.window.value = { items, hasBefore, hasAfter: true };
    }
  }

  private map(matches: (m: Message) => boolean, change: (m: Message) => Message): void {
    const { items, hasBefore, hasAfter } = this.window.value;
    if (items.some(matches))
      this.window.value = { items: items.map((m) => (matches(m) ? change(m) : m)), hasBefore, hasAfter };
  }

  apply(event: GroupEvent): void {
    if (this.state.value === 'loading') this.early.push(event);
    if (this.state.value !== 'ready' || event.seq <= this.head) return;
    this.head = event.seq;
    if (this.paging) this.during.push(event);
    if (event.type === 'message.created' && !this.following && event.message?.author.id !== me.value?.id)
      this.fresh.value++;
    this.change(event);
  }

  private change(event: GroupEvent): void {
    const { message, user } = event;
    if (event.type === 'message.created' && message) this.put(message);
    else if (event.type === 'message.edited' && message)
      this.map((m) => m.seq === message.seq, () => message);
    else if (event.type === 'message.deleted' && message)
      this.map((m) => m.seq === message.seq, (m) => ({ ...m, deleted: true, body: '' }));
    else if (event.type === 'member.erased' && user)
      this.map((m) => m.author.id === user.id, (m) => ({ ...m, author: { ...m.author, display_name: user.display_name }, deleted: true, body: '' }));
    else if (event.type === 'member.updated' && user)
      this.map(
        (m) => m.author.id === user.id,
        (m) => ({ ...m, author: { ...m.author, display_name: user.display_name, kind: user.kind } }),
      );
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
