import { groups } from './groups';
import { groupPath, parts, path } from '../route';
import { me, signOut } from '../session';
import { Avatar } from '../ui/Avatar';
import { Link } from '../ui/Link';
import { useBusy } from '../ui/busy';
import { words } from '../words';

export function GroupList(props: { onNew: () => void }) {
  const open = parts(path.value)[1];
  const { run, error } = useBusy();
  const user = me.value;
  return (
    <aside class="sidebar">
      <header class="sidebar-head">
        <strong>{words.app}</strong>
        {user?.kind !== 'guest' && <button type="button" class="small" onClick={props.onNew}>{words.newGroup}</button>}
      </header>
      <nav aria-label={words.groups} class="group-list">
        <ul>
          {groups.value.map((g) => {
            const unread = g.me?.unread ?? 0;
            return (
              <li key={g.id} class={unread ? 'unread' : ''}>
                <Link to={groupPath(g.id)} current={open === g.id}>
                  {g.name ?? words.message}
                </Link>
                {unread > 0 && (
                  <span class={`count ${g.me?.mentions ? 'mention' : ''}`} aria-label={words.unread(unread)}>
                    {unread > 99 ? '99+' : unread}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      </nav>
      <footer class="sidebar-foot">
        <Link to="/directory" current={path.value === '/directory'}>{words.directory}</Link>
        {user && (
          <div class="me">
            <Avatar id={user.id} name={user.display_name} />
            <span class="me-name">{user.display_name}</span>
            <button type="button" class="small" onClick={() => void run(signOut)}>{words.signOut}</button>
          </div>
        )}
        {error && <p class="error" role="alert">{error}</p>}
      </footer>
    </aside>
  );
}
