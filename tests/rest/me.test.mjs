import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect } from '../lib/http.mjs';
import { addMember, crowd, eventsAfter, getGroup, makeGroup, post, signIn, signUp, unique } from '../lib/people.mjs';
import { check, user as userShape } from '../lib/shapes.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());

test('a new name is mine at once, and told in my groups', async () => {
  const ana = await signUp(stack);
  const group = await makeGroup(ana);
  const { head } = await getGroup(ana, group);
  const changed = expect(await ana.api.patch('/me', { display_name: 'Ana Ω' }), 200);
  check(changed, userShape);
  assert.equal(changed.display_name, 'Ana Ω');
  assert.deepEqual(expect(await ana.api.get('/me'), 200), changed);
  const [event, ...more] = await eventsAfter(ana, group, head);
  assert.equal(event.type, 'member.updated');
  assert.equal(event.user.id, ana.id);
  assert.equal(event.user.display_name, 'Ana Ω');
  assert.deepEqual(more, []);
});

test('a name of 0 or 65 characters is refused, and an unknown member', async () => {
  const ana = await signUp(stack);
  for (const body of [{ display_name: '' }, { display_name: 'x'.repeat(65) }, { username: 'other' }, { admin: true }]) {
    const answer = await ana.api.patch('/me', body);
    assertProblem(answer, 400, 'bad_request');
    assert.equal(answer.json.errors[0].field, Object.keys(body)[0]);
  }
});

test('a new password ends all other sessions', async () => {
  const ana = await signUp(stack);
  const other = await signIn(stack, ana);
  const fresh = 'battery staple';
  expect(await ana.api.patch('/me', { password: { current: ana.password, new: fresh } }), 200);
  expect(await ana.api.get('/me'), 200);
  assertProblem(await other.api.get('/me'), 401, 'unauthorized');
  assertProblem(await client(stack).post('/sessions', { username: ana.username, password: ana.password }), 401);
  await signIn(stack, { username: ana.username, password: fresh });
});

test('a new password needs the current one', async () => {
  const ana = await signUp(stack);
  for (const password of [{ current: 'wrong horse', new: 'battery staple' }, { new: 'battery staple' }, { current: ana.password, new: 'short' }]) {
    const { status } = await ana.api.patch('/me', { password });
    assert.ok([400, 401, 403].includes(status), String(status));
  }
  await signIn(stack, ana);
});

test('a guest becomes a member and keeps everything', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const said = await post(gus, group, 'before');
  const { head } = await getGroup(owner, group);
  const username = unique('gus');
  const claimed = expect(await gus.api.post('/me/claim', { username, password: 'correct horse' }), 200);
  const user = claimed.user ?? claimed;
  check(user, userShape);
  assert.equal(user.id, gus.id);
  assert.equal(user.kind, 'member');
  assert.equal(user.username, username);
  const again = await signIn(stack, { username, password: 'correct horse' });
  assert.equal(again.id, gus.id);
  assert.equal((await getGroup(again, group)).me.role, 'member');
  const kept = expect(await again.api.get(`/groups/${group.id}/messages/${said.seq}`), 200);
  assert.equal(kept.author.id, gus.id);
  assert.equal(kept.author.kind, 'member');
  const told = await eventsAfter(owner, group, head);
  assert.deepEqual(told.map((event) => event.type), ['member.updated']);
  assert.equal(told[0].user.kind, 'member');
  await makeGroup(again); // guests may not
});

test('claiming is for guests, and for names that are free', async () => {
  const { owner, guests: [gus] } = await crowd(stack, 1);
  assertProblem(await gus.api.post('/me/claim', { username: owner.username, password: 'correct horse' }), 409, 'name_taken');
  assertProblem(await gus.api.post('/me/claim', { username: 'X', password: 'correct horse' }), 400, 'bad_request');
  assertProblem(await gus.api.post('/me/claim', { username: unique(), password: 'short' }), 400, 'bad_request');
  const { status } = await owner.api.post('/me/claim', { username: unique(), password: 'correct horse' });
  assert.ok([403, 409].includes(status), String(status));
  expect(await gus.api.post('/me/claim', { username: unique(), password: 'correct horse' }), 200);
});

test('a deleted account takes the bodies of its messages along, their seqs stay', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const ben = await signUp(stack);
  await addMember(owner, group, ben);
  const secret = unique('secret');
  const gone = await post(ben, group, secret);
  const kept = await post(gus, group, 'mine');
  expect(await ben.api.delete('/me', { password: ben.password }), 204);

  assertProblem(await ben.api.get('/me'), 401, 'unauthorized');
  assertProblem(await client(stack).post('/sessions', { username: ben.username, password: ben.password }), 401);
  const { items } = expect(await owner.api.get(`/groups/${group.id}/messages`), 200);
  const row = items.find((message) => message.seq === gone.seq);
  assert.equal(row.body, '');
  assert.equal(row.deleted, true);
  assert.equal(items.find((message) => message.seq === kept.seq).body, 'mine');
  const log = await eventsAfter(owner, group);
  assert.ok(!JSON.stringify(log).includes(secret));
  assert.equal(log.find((event) => event.seq === gone.seq).message.deleted, true);
  assert.ok(log.some((event) => event.type === 'member.erased' && event.user.id === ben.id));
  const members = expect(await owner.api.get(`/groups/${group.id}/members`), 200).items;
  assert.ok(!members.some((member) => member.user.id === ben.id));
  assert.ok(!(await stack.sqlite('.dump')).includes(secret));
});

test('deleting an account needs its password', async () => {
  const ana = await signUp(stack);
  for (const body of [{ password: 'wrong horse' }, {}]) {
    const { status } = await ana.api.delete('/me', body);
    assert.ok([400, 401, 403].includes(status), String(status));
  }
  expect(await ana.api.get('/me'), 200);
});

test('a guest, who has none, needs none', async () => {
  const { guests: [gus] } = await crowd(stack, 1);
  expect(await gus.api.delete('/me', {}), 204);
  expect(await gus.api.get('/me'), 401);
});
