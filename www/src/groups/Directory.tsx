import { useEffect, useState } from 'preact/hooks';
import { call, textOf } from '../api';
import { groupOf, putGroup } from './groups';
import { go, groupPath } from '../route';
import { me } from '../session';
import type { Group } from '../types';
import { Link } from '../ui/Link';
import { useBusy } from '../ui/busy';
import { words } from '../words';

export function Directory() {
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<Group[] | null>(null);
  const [failure, setFailure] = useState('');
  const { busy, error, run } = useBusy();
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      call<{ items: Group[] }>('GET', `/groups?limit=100${query ? `&q=${encodeURIComponent(query)}` : ''}`).then(
        (page) => {
          if (stale) return;
          setFound(page.items);
          setFailure('');
        },
        (e) => !stale && setFailure(textOf(e)),
      );
    }, query ? 200 : 0);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [query]);
  const join = (g: Group) =>
    run(async () => {
      if (!groupOf(g.id)) putGroup(await call<Group>('PUT', `/groups/${g.id}/members/me`));
      go(groupPath(g.id));
    });
  return (
    <main class="pane directory">
      <header class="pane-head">
        <Link to="/" class="back" label={words.back}>‹</Link>
        <h1>{words.directory}</h1>
      </header>
      <div class="directory-body">
        <input type="search" aria-label={words.findGroups} placeholder={words.findGroups} value={query} onInput={(e) => setQuery(e.currentTarget.value)} />
        {(failure || error) && <p class="error" role="alert">{failure || error}</p>}
        {found?.length === 0 && <p class="hint">{query ? words.noneFound : words.noPublicGroups}</p>}
        <ul class="cards">
          {found?.map((g) => (
            <li key={g.id}>
              <div>
                <h2>{g.name}</h2>
                {g.description && <p>{g.description}</p>}
                <p class="hint">{words.memberCount(g.member_count)}</p>
              </div>
              {(groupOf(g.id) || me.value?.kind !== 'guest') && (
                <button type="button" disabled={busy} aria-label={`${groupOf(g.id) ? words.joined : words.join} ${g.name}`} onClick={() => void join(g)}>
                  {groupOf(g.id) ? words.joined : words.join}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}
