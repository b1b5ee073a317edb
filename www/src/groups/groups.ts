// My groups: one signal, most recent first.
import { computed, signal } from '@preact/signals';
import { call } from '../api';
import type { Group, Membership, Message } from '../types';

const byId = signal<ReadonlyMap<string, Group>>(new Map());
export const groupsLoaded = signal(false);

// For each list on its way: the groups that came, went or changed since it was asked for.
const loads = new Set<Set<string>>();
const touch = (id: string) => loads.forEach((touched) => touched.add(id));

const recency = (g: Group) => g.last_message?.created_at ?? g.me?.joined_at ?? g.created_at;
export const groups = computed(() =>
  [...byId.value.values()].sort((a, b) => (recency(a) < recency(b) ? 1 : -1)),
);

export const groupOf = (id: string) => byId.value.get(id);

export function putGroup(group: Group): void {
  const old = byId.value.get(group.id);
  touch(group.id);
  const next = new Map(byId.value);
  next.set(group.id, {
    ...group,
    me: group.me ?? old?.me ?? null,
    last_message: group.last_message ?? old?.last_message ?? null,
  });
  byId.value = next;
}

export function patchGroup(id: string, change: Partial<Group>): void {
  const old = byId.value.get(id);
  touch(id);
  if (old) byId.value = new Map(byId.value).set(id, { ...old, ...change });
}

export function patchMine(id: string, change: Partial<Membership>): void {
  const mine = byId.value.get(id)?.me;
  if (mine) patchGroup(id, { me: { ...mine, ...change } });
}

export function dropGroup(id: string): void {
  touch(id);
  if (!byId.value.has(id)) return;
  const next = new Map(byId.value);
  next.delete(id);
  byId.value = next;
}

export function clearGroups(): void {
  byId.value = new Map();
  groupsLoaded.value = false;
}

// The whole list, page by page.
export async function loadGroups(): Promise<void> {
  const all = new Map<string, Group>();
  const touched = new Set<string>();
  loads.add(touched);
  try {
    let cursor: string | null = null;
    do {
      const page: { items: Group[]; next: string | null } = await call(
        'GET',
        `/me/groups?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      for (const g of page.items) all.set(g.id, g);
      cursor = page.next;
    } while (cursor);
  } finally {
    loads.delete(touched);
  }
  for (const id of touched) {
    const now = byId.value.get(id);
    const listed = all.get(id);
    if (!now) all.delete(id);
    else if (!listed || listed.head < now.head) all.set(id, now);
  }
  byId.value = all;
  groupsLoaded.value = true;
}

export function noteMessage(id: string, message: Message, isUnread: boolean, mentionsMe: boolean): void {
  const mine = byId.value.get(id)?.me;
  patchGroup(id, { last_message: message });
  if (mine && isUnread)
    patchMine(id, {
      unread: Math.min(mine.unread + 1, 100),
      mentions: mine.mentions + (mentionsMe ? 1 : 0),
    });
}
