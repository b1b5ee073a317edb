// The members of the group that is open.
import { signal } from '@preact/signals';
import { call } from '../api';
import type { GroupEvent, Member } from '../types';

export const members = signal<{ group: string; items: readonly Member[] } | null>(null);

export async function loadMembers(group: string): Promise<void> {
  const items: Member[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Member[]; next: string | null } = await call(
      'GET',
      `/groups/${group}/members?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    items.push(...page.items);
    cursor = page.next;
  } while (cursor && items.length < 1000);
  members.value = { group, items };
}

export function memberEvent(group: string, event: GroupEvent): void {
  const now = members.value;
  const user = event.user;
  if (!now || now.group !== group || !user) return;
  const others = now.items.filter((m) => m.user.id !== user.id);
  const known = now.items.find((m) => m.user.id === user.id);
  if (event.type === 'member.joined')
    members.value = { group, items: [...others, { user, role: 'member', joined_at: event.at }] };
  else if (event.type === 'member.left' || event.type === 'member.removed' || event.type === 'member.erased')
    members.value = { group, items: others };
  else if (event.type === 'member.role' && known && event.role)
    members.value = {
      group,
      items: now.items.map((m) => (m === known ? { ...m, role: event.role! } : m)),
    };
  else if (event.type === 'member.updated' && known)
    members.value = { group, items: now.items.map((m) => (m === known ? { ...m, user } : m)) };
}
