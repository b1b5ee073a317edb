// The connection as a person sees it, and as the stores need it.
import { effect, signal, untracked } from '@preact/signals';
import { ApiError, call } from './api';
import { dropGroup, groupOf, groups, clearGroups, groupsLoaded, loadGroups, noteMessage, patchGroup, patchMine, putGroup } from './groups/groups';
import { announceArrival } from './messages/announcer';
import { forgetLog, forgetLogs, knownLogs, logOf } from './messages/log';
import { flush, restore, settle } from './messages/outbox';
import { memberEvent } from './people/members';
import { me, sessionEnded } from './session';
import { Socket } from './socket';
import type { Group, GroupEvent } from './types';

export const connectedAt = signal<number | null>(null);
export const lostAt = signal<number | null>(null); // since when there is no connection
export const degraded = signal(false);
export const openGroup = signal<string | null>(null);

let socket: Socket | null = null;
let poll: ReturnType<typeof setInterval> | undefined;

// Subscribes to every group of mine, from the head that its snapshot named.
function subscribeAll(): void {
  if (!socket || !groupsLoaded.value) return;
  for (const g of groups.value) socket.subscribe(g.id, g.head, g.epoch);
  for (const id of socket.groups()) if (!groupOf(id)) socket.unsubscribe(id);
}

async function resync(): Promise<void> {
  try {
    await loadGroups();
  } catch {
    setTimeout(() => socket && void resync(), 2000);
  }
}

const mentions = (body: string) => {
  const name = me.value?.username;
  return !!name && new RegExp(`@${name}(?![a-z0-9_])`).test(body);
};

function lose(group: string): void {
  dropGroup(group);
  forgetLog(group);
}

// It is being read as it comes: no badge for the moment until the server knows.
const isSeen = (group: string) =>
  openGroup.value === group && logOf(group).following && document.visibilityState === 'visible' && document.hasFocus();

function takeEvent(group: string, event: GroupEvent): void {
  const message = event.message;
  if (event.type === 'message.created' && message) {
    if (message.author.id === me.value?.id && message.client_id) settle(message.client_id);
    const mine = groupOf(group)?.me;
    const foreign = message.author.id !== me.value?.id;
    const isNews = event.seq > (groupOf(group)?.head ?? 0);
    if (isNews && mine)
      noteMessage(group, message, foreign && event.seq > mine.read_seq && !isSeen(group), mentions(message.body));
    if (foreign && isNews && openGroup.value === group) announceArrival(message);
  } else if (event.type === 'group.updated') {
    if (typeof event.group === 'object' && event.seq > (groupOf(group)?.head ?? 0)) {
      const { me: _mine, ...shared } = event.group;
      patchGroup(group, shared);
    }
  }
  memberEvent(group, event);
  logOf(group).apply(event);
  if (event.seq > (groupOf(group)?.head ?? 0)) patchGroup(group, { head: event.seq });
}

function takeNotice(notice: { type: string } & Record<string, unknown>): void {
  if (notice.type === 'group.added') {
    const group = notice.group as Group;
    putGroup(group);
  } else if (notice.type === 'group.removed') {
    const id = notice.group as string;
    socket?.unsubscribe(id);
    lose(id);
  } else if (notice.type === 'read.moved') {
    patchMine(notice.group as string, {
      read_seq: notice.read_seq as number,
      unread: notice.unread as number,
      mentions: notice.mentions as number,
    });
  }
}

async function reload(group: string): Promise<void> {
  const log = logOf(group);
  try {
    putGroup(await call<Group>('GET', `/groups/${group}`));
    if (log.state.value === 'ready') await log.load();
  } catch {
    setTimeout(() => socket && groupOf(group) && void reload(group), 2000);
  }
}

// While the relay cannot hear, the log of what is looked at is asked for.
async function pollOnce(): Promise<void> {
  for (const log of knownLogs()) {
    if (log.state.value !== 'ready' || (log.group !== openGroup.value && knownLogs().length > 20)) continue;
    try {
      const page = await call<{ items: GroupEvent[] }>(
        'GET',
        `/groups/${log.group}/events?after=${log.head}&epoch=${log.epoch}&limit=100`,
      );
      page.items.forEach((e) => takeEvent(log.group, e));
    } catch (e) {
      if (e instanceof ApiError && e.code === 'reload') await reload(log.group);
    }
  }
}

function setDegraded(on: boolean): void {
  degraded.value = on;
  clearInterval(poll);
  if (on) poll = setInterval(() => void pollOnce(), 2000);
}

let stopSubscribing: (() => void) | undefined;

function start(): void {
  restore();
  lostAt.value = Date.now();
  socket = new Socket({
    event: takeEvent,
    personal: takeNotice,
    told: (type) => {
      if (type === 'resync') setTimeout(() => socket && void resync(), Math.random() * 2000);
      else if (type === 'degraded') setDegraded(true);
      else if (type === 'live') setDegraded(false);
    },
    connected: () => {
      lostAt.value = null;
      connectedAt.value = Date.now();
      setDegraded(false);
      void resync();
      flush();
    },
    connecting: () => {
      lostAt.value ??= Date.now();
    },
    ended: sessionEnded,
    lost: (group) => {
      lose(group);
      void resync();
    },
    unrecovered: (group) => void reload(group),
  });
  stopSubscribing = effect(subscribeAll);
  void resync();
  socket.connect();
}

function stop(): void {
  stopSubscribing?.();
  socket?.close();
  socket = null;
  setDegraded(false);
  lostAt.value = null;
  clearGroups();
  forgetLogs();
}

export function retryNow(): void {
  socket?.retry();
  flush();
}

export function watchConnection(): void {
  let user: string | null = null;
  effect(() => {
    const id = me.value?.id ?? null;
    if (id === user) return;
    if (user) untracked(stop);
    user = id;
    if (user) untracked(start);
  });
  addEventListener('online', retryNow);
  addEventListener('pageshow', (e) => e.persisted && retryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && lostAt.value) retryNow();
  });
}
