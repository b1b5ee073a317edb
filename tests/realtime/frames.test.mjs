// Frames and commands that are wrong: each its close code, and the relay goes on.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { crowd } from '../lib/people.mjs';
import { OP, Wire, frame } from '../lib/socket.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const { owner, group } = await crowd(stack, 0);
const relay = { socket: stack.socket('relay-1') };
const pids = stack.relays().map((name) => stack.pid(name));

const closes = async (bytes, code, where = relay) => {
  const wire = await Wire.connect(where, owner);
  for (const part of [bytes].flat()) wire.raw(part);
  await wire.closedWith(code);
};

test('a binary frame is 1003', () => closes(frame('{"id":9,"rpc":{}}', { opcode: OP.BINARY }), 1003));
test('a binary frame before connect is 1003', async () => {
  const wire = await Wire.open(stack);
  wire.raw(frame('{}', { opcode: OP.BINARY }));
  await wire.closedWith(1003);
});

for (const [what, bytes] of Object.entries({
  'FF': [0xff], 'a cut sequence': [0x22, 0xc3], 'a surrogate': [0xed, 0xa0, 0x80], 'an overlong form': [0xc0, 0x80], 'latin-1': [0x7b, 0x22, 0xfc, 0x22, 0x7d],
})) {
  test(`bad UTF-8 (${what}) is 1007`, () => closes(frame(Buffer.from(bytes)), 1007));
}

test('UTF-8 may be cut between fragments, not at the end', async () => {
  const text = Buffer.from(JSON.stringify({ id: 99, rpc: { method: 'ü😀', data: {} } }));
  const at = text.indexOf(0xf0) + 2;
  const wire = await Wire.connect(relay, owner);
  wire.raw(frame(text.subarray(0, at), { fin: false }));
  wire.raw(frame(text.subarray(at), { opcode: OP.CONT }));
  assert.equal((await wire.take((m) => m.id === 99)).error.code, 104);
  wire.raw(frame(text.subarray(0, at)));
  await wire.closedWith(1007);
});

for (const [what, text] of Object.entries({
  'no JSON': 'hello', 'half of it': '{"id":1', 'a number': '7', 'a list': '[]', 'a string': '"x"', 'null': 'null', 'nothing': '',
  'two in a line': '{"id":9,"rpc":{}}{"id":10,"rpc":{}}', 'a duplicate name': '{"id":9,"id":9,"rpc":{}}',
  'no request': '{"id":9}', 'an unknown request': '{"id":9,"dance":{}}', 'no id': '{"rpc":{"method":"x"}}', 'id 0': '{"id":0,"rpc":{"method":"x"}}',
  'a negative id': '{"id":-1,"rpc":{"method":"x"}}', 'an id of text': '{"id":"9","rpc":{"method":"x"}}', 'an id of 2^32': '{"id":4294967296,"rpc":{"method":"x"}}',
  'a request that is no object': '{"id":9,"subscribe":"x"}',
  'depth 5000': `{"id":9,"rpc":${'['.repeat(5000)}${']'.repeat(5000)}}`,
})) {
  test(`a command with ${what} is 3501`, () => closes(frame(text), 3501));
}

test('a request with a member of a wrong type is refused', async () => {
  const wire = await Wire.connect(relay, owner);
  for (const subscribe of [{ channel: 7 }, { channel: null }, {}, { channel: ['x'] }, { channel: `group:${group.id}`, recover: true, offset: '1' }, { channel: `group:${group.id}`, recover: true, offset: -1 }, { channel: `group:${group.id}`, recover: true, offset: 1e30 }]) {
    const { error } = await wire.ask({ subscribe });
    assert.ok([103, 107].includes(error?.code), JSON.stringify(error));
  }
  wire.destroy();
});

test('good lines before a bad one help nothing', async () => {
  const wire = await Wire.connect(relay, owner);
  wire.send({ id: 50, rpc: { method: 'x', data: {} } }, 'rubbish');
  await wire.closedWith(3501);
});

for (const [way, where] of [['nginx', stack], ['a relay itself', relay]]) {
  test(`a frame over 256 KiB is 1009 from its announced length, through ${way}`, async () => {
    for (const announce of [262145, 2 ** 31, 2 ** 40]) await closes(frame('{"id":9', { announce }), 1009, where);
  });

  test(`fragments over 256 KiB in all are 1009, through ${way}`, async () => {
    const part = ' '.repeat(65536);
    await closes([
      frame(part, { fin: false }), ...Array.from({ length: 3 }, () => frame(part, { opcode: OP.CONT, fin: false })),
      frame(' ', { opcode: OP.CONT, announce: 1 }),
    ], 1009, where);
  });
}

test('a frame of 256 KiB with short commands is read', async () => {
  const wire = await Wire.connect(relay, owner);
  const line = JSON.stringify({ id: 77, rpc: { method: 'x'.repeat(50000), data: {} } });
  const lines = Array.from({ length: 5 }, () => line).join('\n');
  wire.raw(frame(lines.padEnd(262144, ' ')));
  for (let i = 0; i < 5; i++) assert.equal((await wire.take((m) => m.id === 77)).error.code, 104);
  wire.destroy();
});

test('a command of 64 KiB is read, one byte more is refused', async () => {
  const sized = (bytes) => {
    const text = JSON.stringify({ id: 77, rpc: { method: 'x', data: '' } });
    return text.replace('"data":""', `"data":"${'y'.repeat(bytes - text.length)}"`);
  };
  const wire = await Wire.connect(relay, owner);
  wire.raw(frame(sized(65536)));
  assert.equal((await wire.take((m) => m.id === 77)).error.code, 104);
  wire.raw(frame(sized(65537)));
  const { code } = await wire.ended();
  assert.ok([1009, 3501].includes(code), String(code));
});

test('a long command in fragments is refused alike', async () => {
  const wire = await Wire.connect(relay, owner);
  wire.raw(frame(`{"id":9,"rpc":{"method":"${'x'.repeat(40000)}`, { fin: false }));
  wire.raw(frame(`${'x'.repeat(40000)}"}}`, { opcode: OP.CONT }));
  const { code } = await wire.ended();
  assert.ok([1009, 3501].includes(code), String(code));
});

test('a ping inside a fragmented message is answered, the message too', async () => {
  const wire = await Wire.connect(relay, owner);
  wire.raw(frame('{"id":60,"rpc":', { fin: false }));
  wire.raw(frame('hi', { opcode: OP.PING }));
  wire.raw(frame('{"method":"x"}}', { opcode: OP.CONT }));
  assert.equal((await wire.take((m) => m.id === 60)).error.code, 104);
  await wire.settled();
  assert.deepEqual(wire.pongs, ['hi']);
  wire.destroy();
});

test('what the library lets through harms nobody', async () => {
  const odd = [
    frame('{}', { mask: false }), frame('x', { rsv: 0x40 }), frame('x', { rsv: 0x70 }), frame('x', { opcode: 3 }), frame('x', { opcode: 11 }),
    frame('x', { opcode: OP.CONT }), Buffer.concat([frame('{"id"', { fin: false }), frame('{"id":1}')]),
    frame('x'.repeat(126), { opcode: OP.PING }), frame('', { opcode: OP.PING, fin: false }), frame('x', { opcode: OP.CLOSE }), frame(Buffer.from([0, 0]), { opcode: OP.CLOSE }),
    Buffer.alloc(2000, 0xff), Buffer.alloc(2000, 0), frame('{"id":9', { announce: 200 }),
  ];
  for (const bytes of odd) {
    for (const connected of [true, false]) {
      const wire = connected ? await Wire.connect(relay, owner) : await Wire.open(relay);
      wire.raw(bytes);
      wire.socket.end();
      await wire.ended(2000).catch(() => wire.destroy()); // in the middle of a frame it may wait
    }
  }
  const wire = await Wire.connect(relay, owner);
  await wire.settled();
  wire.destroy();
  assert.deepEqual(stack.relays().map((name) => stack.pid(name)), pids);
});

test('rpc is 104, an unsubscribe of what is not subscribed is no fault', async () => {
  const wire = await Wire.connect(relay, owner);
  assert.equal((await wire.ask({ rpc: { method: 'x', data: {} } })).error.code, 104);
  await wire.ask({ unsubscribe: { channel: `group:${group.id}` } });
  await wire.settled();
  wire.destroy();
});
