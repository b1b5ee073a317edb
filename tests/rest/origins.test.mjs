// Who may change something on the strength of a cookie, and what another site may call.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect, request } from '../lib/http.mjs';
import { crowd, makeGroup, signUp, unique } from '../lib/people.mjs';
import { sharedStack, startStack, wide } from '../lib/stack.mjs';

const stack = await sharedStack();
const friend = 'https://friend.example';
const cors = await startStack({ set: { ...wide, cors_origins: friend } });
after(async () => {
  await stack.stop();
  await cors.stop();
});
const ana = await signUp(stack);
const group = await makeGroup(ana);

const own = [{ Origin: stack.publicUrl }, { Origin: stack.url }, { 'Sec-Fetch-Site': 'same-origin' }, { Origin: stack.publicUrl, 'Sec-Fetch-Site': 'same-origin' }];
const foreign = [
  { Origin: 'https://evil.example' }, { Origin: 'null' }, { Origin: '' }, { Origin: `${stack.publicUrl}.evil.example` },
  { Origin: stack.publicUrl.replace('http', 'https') }, { Origin: `http://localhost:${stack.port + 1}` }, { Origin: 'http://localhost' },
  { Origin: `${stack.publicUrl}/` }, { Origin: stack.publicUrl.toUpperCase() + 'X' },
  { 'Sec-Fetch-Site': 'cross-site' }, { Origin: stack.publicUrl, 'Sec-Fetch-Site': 'cross-site' },
  { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
];
const doubtful = [{}, { 'Sec-Fetch-Site': 'same-site' }, { 'Sec-Fetch-Site': 'none' }, { Referer: `${'http://localhost'}/` }];

const byCookie = client(stack, { cookie: ana.token });
const rename = (headers, caller = byCookie) => caller.patch(`/groups/${group.id}`, { name: unique('n') }, { headers });

test('a cookie changes something from an own origin alone', async () => {
  for (const headers of own) expect(await rename(headers), 200);
  for (const headers of [...foreign, ...doubtful]) {
    const answer = await rename(headers);
    assert.equal(answer.status, 403, JSON.stringify(headers));
    assertProblem(answer, 403, 'forbidden');
  }
});

test('the Host is not asked what the origin is', async () => {
  for (const Host of ['evil.example', 'evil.example:80']) {
    assertProblem(await rename({ Host, Origin: `http://${Host}` }), 403, 'forbidden');
    expect(await rename({ Host, Origin: stack.publicUrl }), 200);
  }
});

test('reading by cookie needs no origin, and is not refused one', async () => {
  for (const headers of [{}, ...own]) expect(await byCookie.get('/me', { headers }), 200);
});

test('a bearer needs none, and may have any', async () => {
  for (const headers of [{}, ...own, { Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
    expect(await rename(headers, ana.api), 200);
  }
});

test('a cookie is not set from a foreign page', async () => {
  const { code } = await crowd(stack, 0);
  for (const headers of foreign.filter((h) => h.Origin !== '')) {
    for (const call of [
      () => client(stack).post('/users', { username: unique(), password: 'correct horse' }, { headers }),
      () => client(stack).post('/sessions', { username: ana.username, password: ana.password }, { headers }),
      () => client(stack).post(`/invites/${code}/accept`, { display_name: 'x' }, { headers }),
    ]) {
      const answer = await call();
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.deepEqual(answer.setCookies, []);
    }
  }
  for (const headers of own) {
    expect(await client(stack).post('/sessions', { username: ana.username, password: ana.password }, { headers }), 201);
  }
});

test('no method, type or path gets around it', async () => {
  for (const [method, path, body] of [
    ['DELETE', '/sessions/current'], ['POST', '/groups', { name: 'x', visibility: 'private' }], ['DELETE', `/groups/${group.id}`],
    ['PUT', `/groups/${group.id}/read`, { seq: 1 }], ['DELETE', '/me', { password: ana.password }],
  ]) {
    assertProblem(await byCookie.call(method, path, body, { headers: { Origin: 'https://evil.example' } }), 403, 'forbidden');
    assertProblem(await byCookie.call(method, path, body), 403, 'forbidden');
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { status } = await byCookie.post('/groups', { name: 'x', visibility: 'private' }, { headers: { 'Content-Type': type, Origin: 'https://evil.example' } });
    assert.ok([403, 415].includes(status), String(status));
  }
});

test('without the setting no page of another site may read an answer', async () => {
  for (const path of ['/health', '/me', '/nothing']) {
    for (const call of ['GET', 'OPTIONS']) {
      const answer = await ana.api.call(call, path, undefined, { headers: { Origin: friend, 'Access-Control-Request-Method': 'GET' } });
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
      assert.equal(answer.headers['access-control-allow-credentials'], undefined);
    }
  }
});

test('with it that one may, by bearer, never with cookies', async () => {
  const bob = await signUp(cors);
  const seen = await bob.api.get('/me', { headers: { Origin: friend } });
  expect(seen, 200);
  assert.equal(seen.headers['access-control-allow-origin'], friend);
  assert.equal(seen.headers['access-control-allow-credentials'], undefined);
  assert.match(seen.headers.vary ?? '', /origin/i);
  const refused = await client(cors).get('/me', { headers: { Origin: friend } });
  assert.equal(refused.headers['access-control-allow-origin'], friend);
  const preflight = await client(cors).call('OPTIONS', '/groups', undefined, {
    headers: { Origin: friend, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,content-type' },
  });
  assert.ok([200, 204].includes(preflight.status));
  assert.equal(preflight.headers['access-control-allow-origin'], friend);
  assert.match(preflight.headers['access-control-allow-methods'], /POST/);
  assert.match(preflight.headers['access-control-allow-headers'], /authorization/i);
  assert.match(preflight.headers['access-control-allow-headers'], /content-type/i);
  for (const Origin of ['https://evil.example', 'null', 'https://friend.example.evil.example', 'http://friend.example', cors.publicUrl]) {
    const other = await bob.api.get('/me', { headers: { Origin } });
    assert.equal(other.headers['access-control-allow-origin'], undefined, Origin);
  }
  const byItsCookie = client(cors, { cookie: bob.token });
  assertProblem(await byItsCookie.post('/groups', { name: 'x', visibility: 'private' }, { headers: { Origin: friend } }), 403, 'forbidden');
});

test('the shown address decides on Secure and __Host-, through a trusted proxy alone', async () => {
  const answer = await request(`${stack.api}/users`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-Proto': 'https' },
    body: JSON.stringify({ username: unique(), password: 'correct horse' }),
  });
  assert.match(answer.setCookies[0], /^moothall_session=/); // nobody is trusted here
});
