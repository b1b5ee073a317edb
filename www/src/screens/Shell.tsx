// The app: groups at the left, one of them in the middle.
import { useEffect, useState } from 'preact/hooks';
import { Directory } from '../groups/Directory';
import { GroupList } from '../groups/GroupList';
import { GroupView } from '../groups/GroupView';
import { groupOf, groups, groupsLoaded } from '../groups/groups';
import { NewGroup } from '../groups/NewGroup';
import { announcement } from '../messages/announcer';
import { go, groupPath, parts, path } from '../route';
import { ConnectionStatus } from '../ui/ConnectionStatus';
import { Mark } from '../ui/Mark';
import { words } from '../words';

function useTitle(open: string | undefined): void {
  const unread = groups.value.filter((g) => (g.me?.unread ?? 0) > 0).length;
  const name = open ? groupOf(open)?.name : null;
  const title = `${unread ? `(${unread}) ` : ''}${name ?? words.app}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

export function Shell() {
  const [making, setMaking] = useState(false);
  const [page, id, seq] = parts(path.value);
  useTitle(page === 'g' ? id : undefined);
  let pane = (
    <main class="pane empty">
      <Mark />
      <p>{groupsLoaded.value && groups.value.length === 0 ? words.noGroups : words.pickGroup}</p>
    </main>
  );
  if (page === 'g' && id) pane = <GroupView key={id} id={id} seq={Number(seq) || undefined} />;
  else if (page === 'directory') pane = <Directory />;
  return (
    <div class={`shell ${page === 'g' || page === 'directory' ? 'in-pane' : 'in-list'}`}>
      <GroupList onNew={() => setMaking(true)} />
      {pane}
      <ConnectionStatus />
      <p class="hidden" aria-live="polite">{announcement.value}</p>
      {making && (
        <NewGroup
          onClose={() => setMaking(false)}
          onMade={(group) => {
            setMaking(false);
            go(groupPath(group.id));
          }}
        />
      )}
    </div>
  );
}
