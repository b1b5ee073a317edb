import { useEffect } from 'preact/hooks';
import { call } from '../api';
import { loadMembers, members } from './members';
import { me } from '../session';
import type { Group, Member, Role } from '../types';
import { Avatar } from '../ui/Avatar';
import { useBusy } from '../ui/busy';
import { words } from '../words';

const rank: Record<Role, number> = { owner: 2, admin: 1, member: 0 };

export function MemberPane({ group, onClose }: { group: Group; onClose: () => void }) {
  const { error, run } = useBusy();
  useEffect(() => {
    void run(() => loadMembers(group.id));
  }, [group.id]);
  const mine = group.me?.role ?? 'member';
  const list = members.value?.group === group.id ? [...members.value.items] : [];
  list.sort((a, b) => rank[b.role] - rank[a.role] || a.user.display_name.localeCompare(b.user.display_name));
  const base = `/groups/${group.id}`;
  const act = (question: string | null, step: () => Promise<unknown>) => {
    if (question === null || confirm(question)) void run(async () => void (await step()));
  };
  const actions = (m: Member) => {
    const above = rank[mine] > rank[m.role];
    if (!above || m.user.id === me.value?.id) return null;
    return (
      <span class="member-actions">
        {mine === 'owner' && (
          <button type="button" class="small" onClick={() => act(null, () => call('PATCH', `${base}/members/${m.user.id}`, { role: m.role === 'admin' ? 'member' : 'admin' }))}>
            {m.role === 'admin' ? words.makeMember : words.makeAdmin}
          </button>
        )}
        <button type="button" class="small" onClick={() => act(words.sureRemove(m.user.display_name), () => call('DELETE', `${base}/members/${m.user.id}`))}>
          {words.remove}
        </button>
        <button type="button" class="small" onClick={() => act(words.sureBan(m.user.display_name), () => call('PUT', `${base}/bans/${m.user.id}`))}>
          {words.ban}
        </button>
      </span>
    );
  };
  return (
    <aside class="right" aria-label={words.members}>
      <header class="pane-head">
        <h2>{words.members}</h2>
        <button type="button" class="icon" aria-label={words.close} onClick={onClose}>×</button>
      </header>
      {error && <p class="error" role="alert">{error}</p>}
      <ul class="member-list">
        {list.map((m) => (
          <li key={m.user.id}>
            <Avatar id={m.user.id} name={m.user.display_name} />
            <span class="member-name">
              {m.user.display_name}
              {m.role !== 'member' && <small> {m.role === 'owner' ? words.owner : words.admin}</small>}
              {m.user.kind === 'guest' && <small> {words.guest}</small>}
            </span>
            {actions(m)}
          </li>
        ))}
      </ul>
    </aside>
  );
}
