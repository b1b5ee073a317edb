// One group: head, messages, composer; members at the right when asked for.
import { useEffect, useState } from 'preact/hooks';
import { openGroup } from '../connection';
import { groupOf, groupsLoaded } from './groups';
import { GroupSettings } from './GroupSettings';
import { InviteDialog } from './InviteDialog';
import { Composer } from '../messages/Composer';
import { MessageList } from '../messages/MessageList';
import { logOf } from '../messages/log';
import { MemberPane } from '../people/MemberPane';
import { Link } from '../ui/Link';
import { Tool } from '../ui/Tool';
import { words } from '../words';

function Nothing() {
  return (
    <main class="pane empty">
      <p>{words.notFound}</p>
      <Link to="/">{words.toStart}</Link>
    </main>
  );
}

export function GroupView({ id, seq }: { id: string; seq?: number | undefined }) {
  const group = groupOf(id);
  const log = logOf(id);
  const [inviting, setInviting] = useState(false);
  const [changing, setChanging] = useState(false);
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
    if (log.state.value === 'new' || seq || log.window.value.hasAfter) void load();
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
            <Tool name="members" expanded={showMembers} onClick={() => setShowMembers(!showMembers)} />
            <Tool name="settings" onClick={() => setChanging(true)} />
          </div>
        </header>
        <MessageList key={seq} group={group} log={log} target={seq} />
        <Composer group={id} />
      </section>
      {showMembers && <MemberPane group={group} onClose={() => setShowMembers(false)} />}
      {changing && <GroupSettings group={group} onClose={() => setChanging(false)} />}
      {inviting && <InviteDialog group={id} onClose={() => setInviting(false)} />}
    </main>
  );
}
