// Where an invite link leads: what group, who invites, one field, Join.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, call, textOf } from '../api';
import { putGroup } from '../groups/groups';
import { go, groupPath } from '../route';
import { me, signedIn } from '../session';
import type { Group, Preview, User } from '../types';
import { Field } from '../ui/Field';
import { Mark } from '../ui/Mark';
import { useBusy } from '../ui/busy';
import { words } from '../words';

const deadWords = { active: '', expired: words.expired, used_up: words.usedUp, revoked: words.revoked };

export function Landing({ code }: { code: string }) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const [failure, setFailure] = useState('');
  const [name, setName] = useState('');
  const { busy, error, run } = useBusy();

  useEffect(() => {
    let stale = false;
    const load = (): void => {
      call<Preview>('GET', `/invites/${encodeURIComponent(code)}`).then(
        (p) => {
          if (!stale) setPreview(p);
        },
        (e) => {
          if (stale) return;
          if (e instanceof ApiError && e.passing) setTimeout(load, 1000);
          else setFailure(e instanceof ApiError && e.status === 404 ? words.unknownInvite : textOf(e));
        },
      );
    };
    load();
    return () => {
      stale = true;
    };
  }, [code]);

  if (failure)
    return (
      <main class="page">
        <div class="card">
          <Mark />
          <h1>{failure}</h1>
          <p class="lead">{words.askForNew}</p>
        </div>
      </main>
    );
  if (!preview || me.value === undefined)
    return (
      <main class="page">
        <p role="status">{words.loading}</p>
      </main>
    );

  const join = () =>
    run(async () => {
      const answer = await call<{ user?: User; group: Group }>(
        'POST',
        `/invites/${encodeURIComponent(code)}/accept`,
        me.value ? {} : { display_name: name.trim() },
      );
      go(groupPath(answer.group.id), true);
      if (answer.user) signedIn(answer.user);
      putGroup(answer.group);
    });
  // One who is in already gets in by a dead link as well: that is for the server to say.
  const dead = deadWords[preview.state];
  return (
    <main class="page">
      <form
        class="card"
        onSubmit={(e) => {
          e.preventDefault();
          void join();
        }}
      >
        <Mark />
        <p class="lead">{words.invitedBy(preview.inviter.display_name)}</p>
        <h1>{preview.group.name}</h1>
        {preview.group.description && <p>{preview.group.description}</p>}
        <p class="hint">{words.memberCount(preview.group.member_count)}</p>
        {dead && (
          <p class="error" role="alert">
            {dead} {words.askForNew}
          </p>
        )}
        {!dead && !me.value && (
          <Field label={words.yourName} name="name" value={name} onInput={setName} required maxLength={64} autocomplete="nickname" autofocus />
        )}
        {error && <p class="error" role="alert">{error}</p>}
        {(!dead || me.value) && (
          <button class="primary" type="submit" disabled={busy}>
            {dead ? words.joined : words.join}
          </button>
        )}
      </form>
    </main>
  );
}
