// The one-time link that makes its opener an administrator of the server.
import { useState } from 'preact/hooks';
import { call } from '../api';
import { go } from '../route';
import { signedIn } from '../session';
import type { User } from '../types';
import { Mark } from '../ui/Mark';
import { useBusy } from '../ui/busy';
import { words } from '../words';

export function AdminLink({ code }: { code: string }) {
  const { busy, error, run } = useBusy();
  const [done, setDone] = useState(false);
  const open = () =>
    run(async () => {
      const answer = await call<User | { user: User }>('POST', `/admin-links/${encodeURIComponent(code)}`, {});
      signedIn('user' in answer ? answer.user : answer);
      setDone(true);
    });
  return (
    <main class="page">
      <div class="card">
        <Mark />
        <h1>{words.adminLink}</h1>
        <p class="lead">{done ? words.adminDone : words.adminLinkLead}</p>
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary" type="button" disabled={busy} onClick={() => (done ? go('/', true) : void open())}>
          {done ? words.toStart : words.adminLink}
        </button>
      </div>
    </main>
  );
}
