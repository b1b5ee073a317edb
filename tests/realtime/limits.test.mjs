// The limits of sockets, with small settings: what is over them is told so, the rest goes on.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addMember, crowd, makeGroup, signUp, unique } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { until } from '../lib/wait.mjs';

const stack = await startStack({
  set: { ...wide, limit_sockets: '6', limit_commands: '1/h:10', limit_subscriptions: '3', limit_messages: '1/h:4' },
});
after(() => stack.stop());
const ana = await signUp(stack);

test('sockets are limited by address; one that closes makes room', async () => {
  const wires = [];
  for (let i = 0; i < 6; i++) wires.push(await Wire.connect(stack, ana));
  const more = await Wire.open(stack).catch((error) => ({ status: 0, error }));
  assert.notEqual(more.status, 101);
  wires.pop().destroy();
  const again = await until(async () => {
    const wire = await Wire.open(stack);
    return wire.status === 101 && wire;
  }, { what: 'room for one' });
  for (const wire of [...wires, again]) wire.destroy();
});

test('subscriptions are limited by connection', async () => {
  const groups = [];
  for (let i = 0; i < 4; i++) groups.push(await makeGroup(ana));
  const wire = await until(() => Wire.connect(stack, ana));
  for (const group of groups.slice(0, 3)) assert.ok((await wire.subscribe(group)).subscribe);
  assert.equal((await wire.subscribe(groups[3])).error.code, 106);
  await wire.ask({ unsubscribe: { channel: `group:${groups[0].id}` } });
  assert.ok((await wire.subscribe(groups[3])).subscribe);
  wire.destroy();
});

test('commands are limited by connection: 111, then 3013', async () => {
  const wire = await until(() => Wire.connect(stack, ana));
  const codes = [];
  for (let i = 0; i < 12; i++) codes.push((await wire.ask({ rpc: { method: 'x', data: {} } })).error.code);
  assert.equal(codes[0], 104);
  assert.equal(codes.at(-1), 111);
  for (let i = 0; i < 100; i++) wire.send({ id: 100 + i, rpc: { method: 'x', data: {} } });
  await wire.closedWith(3013);
});

test('messages are limited by person, whichever way they come', async () => {
  const { owner, group } = await crowd(stack, 0);
  const wire = await until(() => Wire.connect(stack, owner));
  const send = () => wire.publish(group, { body: 'x', client_id: unique('c') });
  for (let i = 0; i < 2; i++) {
    assert.ok((await send()).publish);
    assert.equal((await owner.api.post(`/groups/${group.id}/messages`, { body: 'x' })).status, 201);
  }
  const { error } = await send();
  assert.equal(error.code, 111);
  assert.equal(error.temporary, true);
  assert.equal((await owner.api.post(`/groups/${group.id}/messages`, { body: 'x' })).status, 429);
  const other = await signUp(stack);
  await addMember(owner, group, other);
  assert.equal((await other.api.post(`/groups/${group.id}/messages`, { body: 'x' })).status, 201);
  wire.destroy();
});

test('handshakes are limited by address', async () => {
  const few = await startStack({ set: { ...wide, limit_handshakes: '1/h:5' } });
  try {
    const statuses = [];
    for (let i = 0; i < 7; i++) {
      const wire = await Wire.open(few).catch(() => ({ status: 0, destroy() {} }));
      statuses.push(wire.status);
      wire.destroy();
    }
    assert.deepEqual(statuses.slice(0, 5), Array(5).fill(101));
    assert.ok(statuses.slice(5).every((status) => status !== 101), statuses.join());
  } finally {
    await few.stop();
  }
});
