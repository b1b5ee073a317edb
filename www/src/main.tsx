import { render } from 'preact';
import { watchConnection } from './connection';
import { parts, path } from './route';
import { AdminLink } from './screens/AdminLink';
import { SignIn, SignUp } from './screens/Account';
import { Landing } from './screens/Landing';
import { Shell } from './screens/Shell';
import { loadMe, me } from './session';
import { words } from './words';

function App() {
  const [page, code] = parts(path.value);
  if (page === 'i' && code) return <Landing code={code} />;
  if (me.value === undefined) return <main class="page"><p role="status">{words.loading}</p></main>;
  if (me.value === null) return page === 'signup' ? <SignUp /> : <SignIn />;
  if (page === 'admin-link' && code) return <AdminLink code={code} />;
  return <Shell />;
}

watchConnection();
void loadMe();
render(<App />, document.getElementById('app')!);
