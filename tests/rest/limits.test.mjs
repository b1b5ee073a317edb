// Every limit at the limit and one past it, with small settings; each refusal is 429 with
// Retry-After, and hits only whom it is for.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect } from '../lib/http.mjs';
import { crowd, invite, makeGroup, post, setRole, unique } from '../lib/people.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { until } from '../lib/wait.mjs';

// nginx stands on this machine, so the tests may choose their addresses.
const trusted = { trusted_proxies: '127.0.0.1' };
const stack = await startStack({
  set: {
    ...wide, ...trusted, limit_messages: '1/h:5', limit_signups: '1/h:4', limit_signin_account: '1/h:3',
    limit_signin_address: '1/h:6', limit_invites: '1/h:7', limit_groups: '1/h:3', limit_live_invites: '4',
  },
});
const narrow = await startStack({ set: { ...wide, ...trusted, limit_requests: '1/m:20' } });
after(async () => {
  await stack.stop();
  await narrow.stop();
});

let last = 0;
const address = () => `192.0.2.${++last}`;
const from = (ip, options = {}, at = stack) => client(at, { ...options, headers: { 'X-Forwarded-For': ip } });
// People made from a fresh address each, so that making them meets no limit.
const person = async (at = stack) => {
  const username = unique();
  const ip = address();
  const made = expect(await from(ip, {}, at).post('/users', { username, password: 'correct horse' }), 201);
  return { id: made.user.id, user: made.user, username, password: 'correct horse', token: made.token, api: from(ip, { bearer: made.token }, at) };
};
const tooMany = (answer) => {
  assertProblem(answer, 429, 'too_many_requests');
  assert.ok(Number(answer.headers['retry-after']) >= 1);
};

test('messages are limited by person', async () => {
  const ana = await person();
  const ben = await person();
  const group = await makeGroup(ana, { visibility: 'public' });
  expect(await ben.api.put(`/groups/${group.id}/members/me`), 201);
  for (let i = 0; i < 5; i++) await post(ana, group);
  tooMany(await ana.api.post(`/groups/${group.id}/messages`, { body: 'x' }));
  await post(ben, group);
  expect(await ana.api.get(`/groups/${group.id}`), 200);
  expect(await ana.api.put(`/groups/${group.id}/read`, { seq: 1 }), 200);
});

test('sign-ups and guests are limited by address, together', async () => {
  const ana = await person();
  const group = await makeGroup(ana);
  const { code } = await invite(ana, group);
  const here = from(address());
  for (let i = 0; i < 2; i++) expect(await here.post('/users', { username: unique(), password: 'correct horse' }), 201);
  for (let i = 0; i < 2; i++) expect(await here.post(`/invites/${code}/accept`, { display_name: 'x' }), 201);
  tooMany(await here.post('/users', { username: unique(), password: 'correct horse' }));
  tooMany(await here.post(`/invites/${code}/accept`, { display_name: 'x' }));
  expect(await from(address()).post('/users', { username: unique(), password: 'correct horse' }), 201);
});

test('failed sign-ins are limited by account, and the right password from elsewhere works', async () => {
  const ana = await person();
  const attacker = from(address());
  const wrong = { username: ana.username, password: 'wrong horse' };
  for (let i = 0; i < 3; i++) expect(await attacker.post('/sessions', wrong), 401);
  tooMany(await attacker.post('/sessions', wrong));
  expect(await from(address()).post('/sessions', { username: ana.username, password: ana.password }), 201);
  expect(await ana.api.get('/me'), 200);
});

test('failed sign-ins are limited by address, over many names', async () => {
  const here = from(address());
  for (let i = 0; i < 6; i++) expect(await here.post('/sessions', { username: unique(), password: 'wrong horse' }), 401);
  tooMany(await here.post('/sessions', { username: unique(), password: 'wrong horse' }));
  const ana = await person();
  expect(await from(address()).post('/sessions', { username: ana.username, password: ana.password }), 201);
});

test('a successful sign-in counts for nothing', async () => {
  const ana = await person();
  const here = from(address());
  for (let i = 0; i < 10; i++) expect(await here.post('/sessions', { username: ana.username, password: ana.password }), 201);
});

test('an address that is only claimed resets no limit', async () => {
  const open = await startStack({ set: { ...wide, limit_signin_address: '1/h:3' } });
  try {
    for (let i = 0; i < 3; i++) {
      expect(await from(address(), {}, open).post('/sessions', { username: unique(), password: 'wrong horse' }), 401);
    }
    tooMany(await from(address(), {}, open).post('/sessions', { username: unique(), password: 'wrong horse' }));
  } finally {
    await open.stop();
  }
});

test('previews and accepts are limited by address', async () => {
  const ana = await person();
  const group = await makeGroup(ana);
  const { code } = await invite(ana, group);
  const here = from(address());
  for (let i = 0; i < 6; i++) expect(await here.get(`/invites/${i % 2 ? code : 'a'.repeat(22)}`), i % 2 ? 200 : 404);
  expect(await here.post(`/invites/${code}/accept`, { display_name: 'x' }), 201);
  tooMany(await here.get(`/invites/${code}`));
  tooMany(await here.post(`/invites/${code}/accept`, { display_name: 'x' }));
  expect(await from(address()).get(`/invites/${code}`), 200);
});

test('groups are limited by person', async () => {
  const ana = await person();
  for (let i = 0; i < 3; i++) await makeGroup(ana);
  tooMany(await ana.api.post('/groups', { name: 'x', visibility: 'private' }));
  await makeGroup(await person());
});

test('live invites are limited by group', async () => {
  const ana = await person();
  const group = await makeGroup(ana);
  const made = [];
  for (let i = 0; i < 4; i++) made.push(await invite(ana, group));
  const { status } = await ana.api.post(`/groups/${group.id}/invites`, {});
  assert.ok([409, 429].includes(status), String(status));
  expect(await ana.api.delete(`/groups/${group.id}/invites/${made[0].id}`), 204);
  await invite(ana, group);
});

test('requests are limited by address before one signs in, by person afterwards', async () => {
  const ana = await person(narrow);
  const here = from(address(), {}, narrow);
  const first = [];
  for (let i = 0; i < 25; i++) first.push((await here.get('/me')).status);
  assert.deepEqual(first.slice(0, 20), Array(20).fill(401));
  assert.equal(first.at(-1), 429);
  tooMany(await here.get('/me'));
  expect(await ana.api.get('/me'), 200);
  const statuses = [];
  for (let i = 0; i < 25; i++) statuses.push((await from(address(), { bearer: ana.token }, narrow).get('/me')).status);
  assert.equal(statuses.at(-1), 429); // another address is no help
});

test('a limit gives way with time', async () => {
  const quick = await startStack({ set: { ...wide, limit_messages: '2/s:2' } });
  try {
    const { owner, group } = await crowd(quick, 0);
    const say = () => owner.api.post(`/groups/${group.id}/messages`, { body: 'x' });
    await until(async () => (await say()).status === 429, { every: 0, what: 'too many' });
    await until(async () => (await say()).status === 201, { timeout: 3000, what: 'enough time' });
  } finally {
    await quick.stop();
  }
});

test('slow mode holds back members, not admins', async () => {
  const { owner, group, guests: [adm, plain] } = await crowd(stack, 2).catch(async () => {
    const ana = await person();
    const made = await makeGroup(ana);
    const { code } = await invite(ana, made);
    const join = async () => {
      const api = from(address());
      const one = expect(await api.post(`/invites/${code}/accept`, { display_name: unique() }), 201);
      return { id: one.user.id, user: one.user, token: one.token, api: from(address(), { bearer: one.token }) };
    };
    return { owner: ana, group: made, guests: [await join(), await join()] };
  });
  await setRole(owner, group, adm, 'admin');
  expect(await owner.api.patch(`/groups/${group.id}`, { slow_mode_seconds: 3600 }), 200);
  await post(plain, group);
  const slow = await plain.api.post(`/groups/${group.id}/messages`, { body: 'x' });
  assertProblem(slow, 429, 'slow_mode');
  assert.ok(Number(slow.headers['retry-after']) > 3000);
  for (let i = 0; i < 2; i++) await post(adm, group);
});
