import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, expect } from '../lib/http.mjs';
import { crowd, getGroup, makeGroup, post, signUp } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';
import { pool } from '../lib/wait.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const mark = async (who, group, seq) => who.api.put(`/groups/${group.id}/read`, { seq });

test('marking answers what is left to read, and goes only forward', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const said = [];
  for (let i = 0; i < 5; i++) said.push(await post(owner, group));
  assert.equal((await getGroup(gus, group)).me.unread, 5);
  assert.deepEqual(expect(await mark(gus, group, said[2].seq), 200), { read_seq: said[2].seq, unread: 2, mentions: 0 });
  assert.deepEqual(expect(await mark(gus, group, said[0].seq), 200), { read_seq: said[2].seq, unread: 2, mentions: 0 });
  const { me } = await getGroup(gus, group);
  assert.deepEqual([me.read_seq, me.unread], [said[2].seq, 2]);
  assert.deepEqual(expect(await mark(gus, group, said[4].seq), 200), { read_seq: said[4].seq, unread: 0, mentions: 0 });
});

test('my own messages are not unread', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const first = await post(owner, group);
  await post(gus, group);
  assert.equal((await getGroup(gus, group)).me.unread, 0);
  assert.equal((await getGroup(owner, group)).me.read_seq, first.seq);
  assert.equal((await getGroup(owner, group)).me.unread, 1);
});

test('unread is exact to 99, then 100', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  await pool(Array(99), 20, () => post(owner, group));
  assert.equal((await getGroup(gus, group)).me.unread, 99);
  await post(owner, group);
  assert.equal((await getGroup(gus, group)).me.unread, 100);
  await post(owner, group);
  const [listed] = expect(await gus.api.get('/me/groups'), 200).items;
  assert.equal(listed.me.unread, 100);
});

test('bodies of the erased are not unread', async () => {
  const { owner, group, guests: [gus, gone] } = await crowd(stack, 2);
  await post(gone, group);
  await post(owner, group);
  expect(await gone.api.delete('/me', {}), 204);
  assert.equal((await getGroup(gus, group)).me.unread, 1);
});

test('a seq is a whole number that the group has', async () => {
  const { owner, group } = await crowd(stack, 0);
  for (const seq of ['1', 1.5, -1, null, true, 2 ** 53]) {
    const answer = await mark(owner, group, seq);
    assertProblem(answer, 400, 'bad_request');
    assert.equal(answer.json.errors[0].field, 'seq');
  }
  const { head } = await getGroup(owner, group);
  const beyond = await mark(owner, group, head + 5);
  assert.ok([200, 400].includes(beyond.status));
  assert.ok((await getGroup(owner, group)).me.read_seq <= head);
});

test('only members mark', async () => {
  const { owner, group } = await crowd(stack, 0);
  const eve = await signUp(stack);
  assertProblem(await mark(eve, group, 1), 404, 'not_found');
  const open = await makeGroup(owner, { visibility: 'public' });
  assertProblem(await mark(eve, open, 1), 403, 'forbidden');
});
