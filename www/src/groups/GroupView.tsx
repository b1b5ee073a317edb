// One group: head, messages, composer; members at the right when asked for.
import { useEffect, useState } from 'preact/hooks';
import { call, textOf } from '../api';
import { openGroup } from '../connection';
import { groupOf, groupsLoaded } from './groups';
import { InviteDialog } from './InviteDialog';
import { Composer } from '../messages/Composer';
import { MessageList } from '../messages/MessageList';
import { logOf } from '../messages/log';
import { MemberPane } from '../people/MemberPane';
import { go } from '../route';
import type { Group } from '../types';
import { Link } from '../ui/Link';
import { words } from '../words';

function Nothing() {
  return (
    <main class="pane empty">
      <p>{words.notFound}</p>
      <Link to="/">{words.toStart}</Link>
    </main>
  );
}

function Menu({ group }: { group: Group }) {
  const [error, setError] = useState('');
  const act = (question: string, path: string) => {
    if (confirm(question))
      call('DELETE', path).then(
        () => go('/', true),
        (e) => setError(textOf(e)),
      );
  };
  return (
    <>
      <button type="button" class="small" onClick={() => act(words.sureLeave, `/groups/${group.id}/members/me`)}>{words.leave}</button>
      {group.me?.role === 'owner' && (
        <button type="button" class="small" onClick={() => act(words.sureDelete, `/groups/${group.id}`)}>{words.deleteGroup}</button>
      )}
      {error && <p class="error" role="alert">{error}</p>}
    </>
  );
}

export function GroupView({ id, seq }: { id: string; seq?: number | undefined }) {
  const group = groupOf(id);
  const log = logOf(id);
  const [inviting, setInviting] = useState(false);
  const [showMembers, setShowMembers] = useState(false);
  const mine = group !== undefined;

  useEffect(() => {
    if (!mine) return;
    openGroup.value = id;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = () =>
      log.load(seq).catch(() => {
        if (log.state.value === 'new') timer = setTimeout(load, 1000);
      });
    if (log.state.value === 'new' || seq) void load();
    return () => {
      clearTimeout(timer);
      openGroup.value = null;
    };
  }, [id, seq, mine]);

  if (!group) return groupsLoaded.value ? <Nothing /> : <main class="pane empty"><p>{words.loading}</p></main>;
  if (log.state.value === 'gone') return <Nothing />;
  const mayInvite = group.kind !== 'direct' && (group.me?.role !== 'member' || group.members_can_invite);
  return (
    <main class={`pane group ${showMembers ? 'with-right' : ''}`}>
      <section class="middle">
        <header class="pane-head">
          <Link to="/" class="back" label={words.back}>‹</Link>
          <div class="pane-title">
            <h1>{group.name}</h1>
            {group.description && <p class="hint">{group.description}</p>}
          </div>
          <div class="pane-actions">
            {mayInvite && <button type="button" onClick={() => setInviting(true)}>{words.invite}</button>}
            <button type="button" aria-expanded={showMembers} onClick={() => setShowMembers(!showMembers)}>
              {words.members}
            </button>
            <Menu group={group} />
          </div>
        </header>
        <MessageList group={group} log={log} />
        <Composer group={id} />
      </section>
      {showMembers && <MemberPane group={group} onClose={() => setShowMembers(false)} />}
      {inviting && <InviteDialog group={id} onClose={() => setInviting(false)} />}
    </main>
  );
}
