import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect, rawHttp } from '../lib/http.mjs';
import { signIn, signUp, unique } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const anyone = client(stack);

const sameButInstance = (a, b) => {
  assert.notEqual(a.json.instance, b.json.instance);
  assert.equal(a.text.replace(a.json.instance, ''), b.text.replace(b.json.instance, ''));
};

test('signing in answers the user, a new token and a cookie', async () => {
  const ana = await signUp(stack);
  const answer = await anyone.post('/sessions', { username: ana.username, password: ana.password });
  const made = expect(answer, 201);
  assert.deepEqual(made.user, ana.user);
  assert.notEqual(made.token, ana.token);
  assert.match(answer.setCookies[0], /^moothall_session=[^;]+;/);
  expect(await client(stack, { bearer: made.token }).get('/me'), 200);
  expect(await ana.api.get('/me'), 200); // the first one goes on
});

test('a cookie that came along is not taken over', async () => {
  const ana = await signUp(stack);
  const planted = 'A'.repeat(43);
  const answer = await client(stack, { cookie: planted, origin: stack.publicUrl })
    .post('/sessions', { username: ana.username, password: ana.password });
  expect(answer, 201);
  assert.ok(!answer.setCookies[0].includes(planted));
  expect(await client(stack, { bearer: planted }).get('/me'), 401);
});

test('a wrong password and an unknown name are refused alike', async () => {
  const ana = await signUp(stack);
  const wrong = await anyone.post('/sessions', { username: ana.username, password: 'not this one' });
  const unknown = await anyone.post('/sessions', { username: unique('nobody'), password: 'not this one' });
  for (const answer of [wrong, unknown]) {
    assertProblem(answer, 401, 'unauthorized');
    assert.deepEqual(answer.setCookies, []);
  }
  sameButInstance(wrong, unknown);
});

test('a wrong password and an unknown name take the same time', async () => {
  const ana = await signUp(stack);
  const median = async (username) => {
    const times = [];
    for (let i = 0; i < 7; i++) {
      const began = performance.now();
      expect(await anyone.post('/sessions', { username: username(), password: 'not this one' }), 401);
      times.push(performance.now() - began);
    }
    return times.sort((a, b) => a - b)[3];
  };
  const known = await median(() => ana.username);
  const unknown = await median(() => unique('nobody'));
  const ratio = known / unknown; // without the hash it is 20 and more
  assert.ok(ratio > 1 / 4 && ratio < 4, `${known} ms and ${unknown} ms`);
});

test('my sessions are listed, the current one marked', async () => {
  const ana = await signUp(stack);
  const other = await signIn(stack, ana);
  const page = expect(await other.api.get('/sessions'), 200);
  assert.equal(page.next, null);
  assert.equal(page.items.length, 2);
  assert.deepEqual(page.items.map((one) => one.current).sort(), [false, true]);
  for (const one of page.items) assert.match(one.id, /^[0-9A-Za-z]{1,26}$/);
  assert.ok(!JSON.stringify(page).includes(ana.token) && !JSON.stringify(page).includes(other.token));
  const seen = expect(await ana.api.get('/sessions'), 200).items.find((one) => one.current);
  assert.notEqual(seen.id, page.items.find((one) => one.current).id);
});

test('signing out ends this session alone, and clears the cookie', async () => {
  const ana = await signUp(stack);
  const other = await signIn(stack, ana);
  const answer = await client(stack, { cookie: ana.token, origin: stack.publicUrl }).delete('/sessions/current');
  expect(answer, 204);
  assert.match(answer.setCookies[0], /^moothall_session=;/);
  assert.match(answer.setCookies[0], /Max-Age=0|Expires=Thu, 01[ -]Jan[ -]1970/i);
  assertProblem(await ana.api.get('/me'), 401, 'unauthorized');
  assertProblem(await ana.api.delete('/sessions/current'), 401, 'unauthorized');
  expect(await other.api.get('/me'), 200);
});

test('another session of mine can be ended', async () => {
  const ana = await signUp(stack);
  const other = await signIn(stack, ana);
  const { id } = expect(await other.api.get('/sessions'), 200).items.find((one) => one.current);
  expect(await ana.api.delete(`/sessions/${id}`), 204);
  assertProblem(await other.api.get('/me'), 401, 'unauthorized');
  assertProblem(await ana.api.delete(`/sessions/${id}`), 404, 'not_found');
});

test("somebody else's session and an unknown one look alike", async () => {
  const ana = await signUp(stack);
  const bob = await signUp(stack);
  const { id } = expect(await bob.api.get('/sessions'), 200).items[0];
  const foreign = await ana.api.delete(`/sessions/${id}`);
  const absent = await ana.api.delete('/sessions/abcdefghijk');
  assertProblem(foreign, 404, 'not_found');
  assertProblem(absent, 404, 'not_found');
  sameButInstance(foreign, absent);
  expect(await bob.api.get('/me'), 200);
});

for (const [what, header] of Object.entries({
  'is unknown': `Bearer ${'a'.repeat(43)}`,
  'is empty': 'Bearer ',
  'is of one character': 'Bearer x',
  'has no token': 'Bearer',
  'has two words': 'Bearer a b',
  'has 7 KB': `Bearer ${'a'.repeat(7000)}`,
  'has odd bytes': 'Bearer \u00e9\u00ff%00',
  'is in another scheme': 'Basic YTpi',
})) {
  test(`a bearer that ${what} is 401 everywhere`, async () => {
    for (const path of ['/me', '/health', '/groups', `/invites/${'a'.repeat(22)}`]) {
      assertProblem(await anyone.get(path, { headers: { Authorization: header } }), 401, 'unauthorized');
    }
  });
}

test('a bad bearer is not helped by a good cookie', async () => {
  const ana = await signUp(stack);
  const caller = client(stack, { cookie: ana.token, bearer: 'a'.repeat(43) });
  assertProblem(await caller.get('/me'), 401, 'unauthorized');
});

test('an invalid cookie counts as none', async () => {
  const caller = client(stack, { cookie: 'a'.repeat(43) });
  assertProblem(await caller.get('/me'), 401, 'unauthorized');
  assertProblem(await caller.get(`/invites/${'a'.repeat(22)}`), 404, 'not_found');
  expect(await caller.get('/health'), 200);
});

test('a cookie sent twice is one of the two or none, and no error', async () => {
  const ana = await signUp(stack);
  const bob = await signUp(stack);
  const head = (cookies) => ['GET /api/v1/me HTTP/1.1', 'Host: localhost', ...cookies];
  for (const cookies of [
    [`Cookie: moothall_session=${ana.token}; moothall_session=${bob.token}`],
    [`Cookie: moothall_session=${ana.token}`, `Cookie: moothall_session=${bob.token}`],
  ]) {
    const answer = await rawHttp(stack, head(cookies));
    if (answer.status === 200) assert.ok([ana.id, bob.id].includes(JSON.parse(answer.text).id));
    else assert.equal(answer.status, 401, answer.text);
  }
});

test('a cookie among others, or a look-alike beside it, is found', async () => {
  const ana = await signUp(stack);
  const caller = client(stack, { headers: { Cookie: `a=b; xmoothall_session=zzz; moothall_session=${ana.token}; c=d` } });
  assert.equal(expect(await caller.get('/me'), 200).id, ana.id);
  const fooled = client(stack, { headers: { Cookie: `xmoothall_session=${ana.token}; moothall_sessionx=${ana.token}` } });
  expect(await fooled.get('/me'), 401);
});

test("each person's token gives that person, under load", async () => {
  const people = await Promise.all(Array.from({ length: 8 }, () => signUp(stack)));
  await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    const one = people[i % people.length];
    assert.equal(expect(await one.api.get('/me'), 200).id, one.id);
  }));
});
