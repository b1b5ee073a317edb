// What takes time or ends a relay: pings, who never speaks, stopping.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, test } from 'node:test';
import { crowd } from '../lib/people.mjs';
import { Wire, frame } from '../lib/socket.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { sleep, until, within } from '../lib/wait.mjs';

const stack = await startStack({ relays: 2, set: { ...wide, ping: '1' } });
after(() => stack.stop());
const { owner, group } = await crowd(stack, 0);
const relay = { socket: stack.socket('relay-1') };

test('the server pings, and goes on with those who answer', async () => {
  const wires = [await Wire.connect(stack, owner), await Wire.connect(relay, owner)];
  for (const wire of wires) {
    assert.equal(wire.connectReply.ping, 1);
    await until(() => wire.pings >= 4, { timeout: 10000, what: 'four pings' });
    await wire.settled();
    wire.destroy();
  }
});

test('who answers no ping is closed with 3012', async () => {
  const wire = await Wire.connect(stack, owner);
  wire.autoPong = false;
  await wire.closedWith(3012, 20000);
});

test('a pong that nobody asked for closes with 3501', async () => {
  const wire = await Wire.connect(relay, owner);
  wire.autoPong = false;
  wire.send({}, {}, {});
  await wire.closedWith(3501);
});

// Both ways of saying nothing, at once: each is cut at about 10 s.
test('an unfinished header and an open socket without connect are cut at 10 s', async () => {
  const began = performance.now();
  const cut = [];
  for (const where of [{ path: stack.socket('relay-1') }, { port: stack.port, host: '127.0.0.1' }]) {
    const socket = net.connect(where);
    socket.on('error', () => {}).on('data', () => {});
    socket.write('GET /connection/websocket HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const drip = setInterval(() => socket.write('x'), 500);
    cut.push(new Promise((done) => socket.on('close', done)).then(() => clearInterval(drip)));
  }
  const silent = await Wire.open(relay);
  const slow = await Wire.open(stack);
  const bytes = frame(JSON.stringify({ id: 1, connect: { token: owner.token } }));
  slow.raw(bytes.subarray(0, 3));
  cut.push(silent.closed, slow.closed);
  await within(16000, Promise.all(cut), 'all to be cut');
  assert.ok(performance.now() - began > 8000);
});

test('a relay that stops says 1012 to everyone and takes no more', async () => {
  const here = await Promise.all(Array.from({ length: 20 }, () => Wire.connect(relay, owner)));
  const there = await Wire.connect({ socket: stack.socket('relay-2') }, owner);
  const pid = stack.kill('relay-1', 'SIGTERM');
  const ends = await Promise.all(here.map((wire) => wire.closedWith(1012, 8000)));
  assert.ok(Math.max(...ends.map((end) => end.at)) - Math.min(...ends.map((end) => end.at)) < 6000);
  await there.settled();
  there.destroy();
  await until(() => stack.pid('relay-1') !== pid, { what: 'a new relay' });
  assert.match(stack.log('relay-1'), /evt=relay\.stopped code=ok/);
  const again = await until(() => Wire.connect(stack, owner), { what: 'a connection' });
  await again.settled();
  again.destroy();
});

test('an api that stops loses nothing of what it answered', async () => {
  const wire = await Wire.connect({ socket: stack.socket('relay-2') }, owner);
  await wire.subscribe(group);
  const acknowledged = [];
  let going = true;
  const talk = Promise.all(Array.from({ length: 4 }, async () => {
    while (going) {
      const answer = await owner.api.post(`/groups/${group.id}/messages`, { body: 'x' }, { check: false }).catch(() => null);
      if (answer?.status === 201) acknowledged.push(answer.json.seq);
      else await sleep(20);
    }
  }));
  await until(() => acknowledged.length > 20);
  const pid = stack.kill('api', 'SIGTERM');
  await until(() => stack.pid('api') !== pid && stack.health().then((h) => h.status === 'ok'), { timeout: 10000, what: 'a new api' });
  const before = acknowledged.length;
  await until(() => acknowledged.length > before + 5, { timeout: 10000 });
  going = false;
  await talk;
  const head = Math.max(...acknowledged);
  await wire.event(group, (data) => data.seq === head, { timeout: 10000 });
  const heard = wire.events(group).map((pub) => pub.offset);
  assert.deepEqual(heard, heard.map((_, i) => heard[0] + i));
  for (const seq of acknowledged) assert.ok(heard.includes(seq), String(seq));
  assert.match(stack.log('api'), /evt=api\.stopped code=ok/);
  wire.destroy();
});
