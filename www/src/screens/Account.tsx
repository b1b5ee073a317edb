// Sign in and create account: one at a time, never both.
import { useState } from 'preact/hooks';
import { call } from '../api';
import { go, path } from '../route';
import { endedNotice, signedIn } from '../session';
import type { User } from '../types';
import { Field } from '../ui/Field';
import { Link } from '../ui/Link';
import { Mark } from '../ui/Mark';
import { useBusy } from '../ui/busy';
import { words } from '../words';

const enter = (user: User) => {
  if (path.value === '/signup') go('/', true);
  signedIn(user);
};

export function SignIn() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, run } = useBusy();
  return (
    <main class="page">
      <form
        class="card"
        onSubmit={(e) => {
          e.preventDefault();
          void run(async () => {
            const { user } = await call<{ user: User }>('POST', '/sessions', { username, password });
            enter(user);
          });
        }}
      >
        <Mark />
        <h1>{words.app}</h1>
        <p class="lead">{endedNotice.value ? words.sessionEnded : words.signInLead}</p>
        <Field label={words.username} name="username" value={username} onInput={setUsername} autocomplete="username" required autofocus />
        <Field label={words.password} name="password" type="password" value={password} onInput={setPassword} autocomplete="current-password" required />
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary" type="submit" disabled={busy}>{words.signIn}</button>
        <p class="aside"><Link to="/signup">{words.createAccount}</Link></p>
      </form>
    </main>
  );
}

export function SignUp() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [displayName, setDisplayName] = useState('');
  const { busy, error, run } = useBusy();
  return (
    <main class="page">
      <form
        class="card"
        onSubmit={(e) => {
          e.preventDefault();
          void run(async () => {
            const { user } = await call<{ user: User }>('POST', '/users', {
              username,
              password,
              ...(displayName.trim() ? { display_name: displayName.trim() } : {}),
            });
            enter(user);
          });
        }}
      >
        <Mark />
        <h1>{words.createAccount}</h1>
        <p class="lead">{words.signUpLead}</p>
        <Field label={words.username} name="username" value={username} onInput={(v) => setUsername(v.toLowerCase())} autocomplete="username" required minLength={2} maxLength={32} autofocus hint="a–z, 0–9 and _" />
        <Field label={words.password} name="password" type="password" value={password} onInput={setPassword} autocomplete="new-password" required minLength={8} maxLength={256} />
        <Field label={words.displayName} name="display_name" value={displayName} onInput={setDisplayName} autocomplete="name" maxLength={64} hint={words.optional} />
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary" type="submit" disabled={busy}>{words.createAccount}</button>
        <p class="aside"><Link to="/">{words.haveAccount}</Link></p>
      </form>
    </main>
  );
}
