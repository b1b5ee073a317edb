import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { crowd, signUp } from '../lib/people.mjs';
import { OP, Wire, frame } from '../lib/socket.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const ana = await signUp(stack);
const { owner, group } = await crowd(stack, 0);
const ways = { nginx: stack, 'a relay itself': { socket: stack.socket('relay-1') } };

for (const [way, where] of Object.entries(ways)) {
  test(`a bearer connects through ${way}`, async () => {
    const wire = await Wire.connect(where, ana);
    const { client, version, ping, pong, subs, ...rest } = wire.connectReply;
    assert.match(client, /^\S+$/);
    assert.match(version, /\d/);
    assert.equal(ping, 25);
    assert.equal(pong, true);
    assert.deepEqual(Object.keys(subs), [`user:${ana.id}`]);
    for (const name of Object.keys(rest)) assert.ok(['expires', 'ttl', 'session', 'node', 'time', 'data'].includes(name), name);
    wire.destroy();
  });

  test(`the cookie of the upgrade connects through ${way}`, async () => {
    for (const Origin of [undefined, stack.publicUrl, stack.url]) {
      const wire = await Wire.connect(where, null, { headers: { Cookie: `a=b; moothall_session=${ana.token}`, Origin } });
      assert.deepEqual(Object.keys(wire.connectReply.subs), [`user:${ana.id}`]);
      wire.destroy();
    }
  });

  test(`neither of them is error 101 through ${way}`, async () => {
    const wire = await Wire.open(where);
    const { error } = await wire.ask({ connect: {} });
    assert.equal(error.code, 101);
    assert.ok(!error.temporary);
    wire.destroy();
  });

  test(`a bad token closes terminally through ${way}`, async () => {
    for (const token of ['x', 'a'.repeat(43), 'a b', 'é'.repeat(400), `${ana.token}x`]) {
      const wire = await Wire.open(where);
      wire.send({ id: 1, connect: { token } });
      await wire.closedWith(3500);
    }
  });
}

test('a bad token is not helped by a good cookie', async () => {
  const wire = await Wire.open(stack, { headers: { Cookie: `moothall_session=${ana.token}` } });
  wire.send({ id: 1, connect: { token: 'a'.repeat(43) } });
  await wire.closedWith(3500);
});

test('a bad cookie alone lets nobody in', async () => {
  const wire = await Wire.open(stack, { headers: { Cookie: `moothall_session=${'a'.repeat(43)}` } });
  wire.send({ id: 1, connect: {} });
  const first = await Promise.race([wire.closed, wire.take((m) => m.id === 1).catch(() => wire.closed)]);
  assert.ok(first.code === 3500 || first.error?.code === 101, JSON.stringify(first));
  wire.destroy();
});

test('what follows connect in its frame waits for its answer', async () => {
  const wire = await Wire.open(stack);
  wire.send(
    { id: 1, connect: { token: owner.token } },
    { id: 2, subscribe: { channel: `group:${group.id}` } },
    { id: 3, rpc: { method: 'x', data: {} } },
  );
  await wire.take((m) => m.id === 3);
  await wire.take((m) => m.id === 2);
  const ids = wire.all.map(({ message }) => message.id);
  assert.equal(ids[0], 1);
  assert.ok(wire.all[0].message.connect.client);
  assert.ok(wire.all.find(({ message }) => message.id === 2).message.subscribe);
  wire.destroy();
});

test('after a bad connect the rest is dropped', async () => {
  const wire = await Wire.open(stack);
  wire.send({ id: 1, connect: { token: 'x' } }, { id: 2, subscribe: { channel: `group:${group.id}` } });
  await wire.closedWith(3500);
  assert.deepEqual(wire.all.filter(({ message }) => message.id === 2), []);
});

for (const [what, command] of Object.entries({
  subscribe: { subscribe: { channel: `group:${group.id}` } },
  publish: { publish: { channel: `group:${group.id}`, data: { body: 'x', client_id: 'x' } } },
  rpc: { rpc: { method: 'x', data: {} } },
  unsubscribe: { unsubscribe: { channel: 'x' } },
})) {
  test(`${what} before connect closes with 3501`, async () => {
    const wire = await Wire.open(stack);
    wire.send({ id: 1, ...command });
    await wire.closedWith(3501);
    assert.deepEqual(wire.all, []);
  });
}

test('a second connect closes with 3501', async () => {
  const wire = await Wire.connect(stack, ana);
  wire.send({ id: 9, connect: { token: ana.token } });
  await wire.closedWith(3501);
  const twice = await Wire.open(stack);
  twice.send({ id: 1, connect: { token: ana.token } }, { id: 2, connect: { token: ana.token } });
  await twice.closedWith(3501);
});

test('a connect that comes byte by byte is one', async () => {
  const wire = await Wire.open(stack);
  for (const byte of frame(JSON.stringify({ id: 1, connect: { token: ana.token } }))) wire.raw(Buffer.from([byte]));
  assert.ok((await wire.take((m) => m.id === 1)).connect);
  wire.destroy();
});

test('a close is answered in kind', async () => {
  const wire = await Wire.connect(stack, ana);
  wire.raw(frame(Buffer.from([0x03, 0xe8]), { opcode: OP.CLOSE }));
  const { code } = await wire.ended();
  assert.ok([1000, 1006].includes(code), String(code));
});

test('many who come and go see only their own', async () => {
  const people = [ana, owner];
  await Promise.all(Array.from({ length: 60 }, async (_, i) => {
    const who = people[i % 2];
    const wire = await Wire.connect(i % 3 ? stack : ways['a relay itself'], who);
    assert.deepEqual(Object.keys(wire.connectReply.subs), [`user:${who.id}`]);
    wire.destroy();
  }));
});
