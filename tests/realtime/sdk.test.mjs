// The unmodified npm client, as README shows it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { UnauthorizedError } from 'centrifuge';
import { expect } from '../lib/http.mjs';
import { crowd, getGroup, makeGroup, post, signUp, unique } from '../lib/people.mjs';
import { Wire, disconnected, listen, sdk } from '../lib/socket.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { pool, until } from '../lib/wait.mjs';

const stack = await startStack({ relays: 2, set: wide });
after(() => stack.stop());

test('it connects, subscribes with since, publishes and receives', async () => {
  const { owner, group } = await crowd(stack, 0);
  const said = await post(owner, group, 'missed');
  const client = sdk(stack, owner);
  client.connect();
  await client.ready(5000);
  const sub = listen(client, group, { since: { offset: group.head, epoch: group.epoch } });
  await sub.ready(5000);
  const client_id = unique('c');
  await sub.publish({ body: 'hello', client_id });
  await until(() => sub.events.some((event) => event.message?.client_id === client_id));
  const seqs = sub.events.map((event) => event.seq);
  assert.deepEqual(seqs, seqs.map((_, i) => group.head + 1 + i));
  assert.ok(seqs.includes(said.seq));
  client.disconnect();
});

test('it is told 3503 within a second of signing out, and does not come back', async () => {
  const ana = await signUp(stack);
  const client = sdk(stack, ana);
  client.connect();
  await client.ready(5000);
  const end = disconnected(client);
  const began = performance.now();
  expect(await ana.api.delete('/sessions/current'), 204);
  assert.equal((await end).code, 3503);
  assert.ok(performance.now() - began < 1500);
});

test('it is told 2000 within a second of being removed', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const client = sdk(stack, gus);
  client.connect();
  const sub = listen(client, group);
  await sub.ready(5000);
  const end = new Promise((done) => sub.once('unsubscribed', done));
  const began = performance.now();
  expect(await owner.api.delete(`/groups/${group.id}/members/${gus.id}`), 200);
  assert.equal((await end).code, 2000);
  assert.ok(performance.now() - began < 1500);
  client.disconnect();
});

test('a token that is none ends it for good; a foreign group ends the subscription alone', async () => {
  const bad = sdk(stack, { token: 'a'.repeat(43) });
  const end = disconnected(bad);
  bad.connect();
  assert.equal((await end).code, 3500);
  const { group } = await crowd(stack, 0);
  const client = sdk(stack, await signUp(stack));
  client.connect();
  const sub = listen(client, group);
  const refused = new Promise((done) => sub.once('unsubscribed', done));
  assert.equal((await refused).code, 103);
  assert.equal(client.state, 'connected');
  client.disconnect();
  assert.ok(UnauthorizedError);
});

test('1,000 subscriptions connect and come back; one more is 106', async () => {
  const ana = await signUp(stack);
  const groups = await pool(Array(1001), 40, () => makeGroup(ana));
  const client = sdk(stack, ana, { timeout: 20000 });
  const subs = groups.slice(0, 1000).map((group) => listen(client, group));
  client.connect();
  const all = () => subs.every((sub) => sub.state === 'subscribed');
  await until(all, { timeout: 30000, what: '1,000 subscriptions' });
  const some = [0, 499, 999];
  for (const i of some) await post(ana, groups[i]);
  await until(() => some.every((i) => subs[i].events.length === 1));

  let dropped = false;
  client.on('connecting', () => (dropped = true));
  stack.kill('relay-1');
  stack.kill('relay-2');
  await until(() => dropped, { what: 'the loss to be noticed' });
  for (const i of some) await until(() => post(ana, groups[i]));
  await until(() => client.state === 'connected' && all(), { timeout: 30000, what: '1,000 to come back' });
  await until(() => some.every((i) => subs[i].events.length === 2), { timeout: 10000 });
  for (const i of some) assert.deepEqual(subs[i].events.map((event) => event.seq), [groups[i].head + 1, groups[i].head + 2]);
  client.disconnect();

  const wire = await Wire.connect(stack, ana);
  const lines = groups.map((group, i) => ({ id: 5000 + i, subscribe: { channel: `group:${group.id}` } }));
  for (let at = 0; at < lines.length; at += 250) wire.send(...lines.slice(at, at + 250));
  const last = await wire.take((m) => m.id === 6000, { timeout: 20000 });
  assert.equal(last.error?.code, 106);
  await until(() => wire.all.filter(({ message }) => message.subscribe).length === 1000, { timeout: 20000 });
  await wire.settled();
  assert.ok((await getGroup(ana, groups[0])).head > 0);
  wire.destroy();
});
