import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expect } from '../lib/http.mjs';
import { crowd, getGroup, makeGroup, post, signUp, unique } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const { owner, group, guests: [gus] } = await crowd(stack, 1);
const wire = await Wire.connect(stack, owner);
const hearing = await Wire.connect({ socket: stack.socket('relay-2') }, gus);
await hearing.subscribe(group);
after(() => [wire, hearing].forEach((one) => one.destroy()));

test('a publish is a message, answered after it is stored', async () => {
  const client_id = unique('c');
  const reply = await wire.publish(group, { body: 'by socket', client_id });
  assert.deepEqual(reply.publish, {});
  const { items } = expect(await gus.api.get(`/groups/${group.id}/messages?limit=1`), 200);
  assert.equal(items[0].body, 'by socket');
  assert.equal(items[0].client_id, client_id);
  assert.equal(items[0].author.id, owner.id);
  const event = await hearing.event(group, (data) => data.message?.client_id === client_id);
  assert.deepEqual(event.data.message, items[0]);
});

test('the same client_id is one message, by whichever way', async () => {
  const client_id = unique('c');
  const first = await post(owner, group, 'first', { client_id });
  assert.deepEqual((await wire.publish(group, { body: 'again', client_id })).publish, {});
  await Promise.all(Array.from({ length: 20 }, () => wire.publish(group, { body: 'again', client_id })));
  assert.equal((await getGroup(owner, group)).head, first.seq);
});

test('a reply_to goes along', async () => {
  const said = await post(gus, group, 'question');
  const client_id = unique('c');
  await wire.publish(group, { body: 'answer', client_id, reply_to: said.seq });
  const event = await hearing.event(group, (data) => data.message?.client_id === client_id);
  assert.equal(event.data.message.reply_to, said.seq);
});

for (const [what, data] of Object.entries({
  'no body': { client_id: 'x' }, 'a blank body': { body: ' \n', client_id: 'x' }, 'a body of 8001': { body: 'x'.repeat(8001), client_id: 'x' },
  'a body that is a number': { body: 1, client_id: 'x' }, 'no client_id': { body: 'x' }, 'an empty client_id': { body: 'x', client_id: '' },
  'a client_id of 65': { body: 'x', client_id: 'x'.repeat(65) }, 'an unknown member': { body: 'x', client_id: 'x', seq: 1 },
  'a reply to nothing': { body: 'x', client_id: 'y', reply_to: 9999999 }, 'a reply to text': { body: 'x', client_id: 'y', reply_to: '1' },
  'a list': [], 'text': 'x', 'null': null,
})) {
  test(`a publish with ${what} is 107`, async () => {
    const { head } = await getGroup(owner, group);
    const { error } = await wire.publish(group, data);
    assert.equal(error?.code, 107);
    assert.ok(!error.temporary);
    assert.equal((await getGroup(owner, group)).head, head);
  });
}

test('a publish to where I am not is 103, as to what is not', async () => {
  const foreign = (await crowd(stack, 0)).group;
  const ana = await signUp(stack);
  const open = await makeGroup(ana, { visibility: 'public' });
  const answers = [];
  for (const channel of [`group:${foreign.id}`, `group:${open.id}`, 'group:abcdefghijk', `user:${owner.id}`, `user:${gus.id}`, 'x', 'control', 'beat']) {
    const { id, ...rest } = await wire.ask({ publish: { channel, data: { body: 'x', client_id: unique('c') } } });
    assert.equal(rest.error?.code, 103, `${channel} ${JSON.stringify(rest)}`);
    answers.push(JSON.stringify(rest));
  }
  assert.equal(new Set(answers).size, 1);
  assert.equal((await getGroup(ana, open)).head, open.head);
});

test('in an archived group nobody publishes', async () => {
  const quiet = await makeGroup(owner);
  expect(await owner.api.patch(`/groups/${quiet.id}`, { archived: true }), 200);
  const { error } = await wire.publish(quiet, { body: 'x', client_id: unique('c') });
  assert.equal(error?.code, 103);
});

test('many publishes at once are stored once each, whatever their order', async () => {
  const ids = Array.from({ length: 60 }, () => unique('c'));
  const replies = await Promise.all(ids.map((client_id) => wire.publish(group, { body: client_id, client_id })));
  assert.ok(replies.every((reply) => reply.publish));
  await hearing.event(group, () => ids.every((id) => hearing.events(group).some((pub) => pub.data.message?.client_id === id)));
  const heard = hearing.events(group).map((pub) => pub.data.message?.client_id).filter((id) => ids.includes(id));
  assert.deepEqual([...heard].sort(), [...ids].sort());
});
