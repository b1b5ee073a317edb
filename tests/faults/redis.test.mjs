// Redis is only the wire: away, hanging or emptied it costs no message, membership or session.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expect } from '../lib/http.mjs';
import { crowd, getGroup, guest, post } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { until, within } from '../lib/wait.mjs';

const stack = await startStack({ relays: 2, set: wide });
after(() => stack.stop());
const { owner, group, code, guests: [gus] } = await crowd(stack, 1);
const told = (wire, type) => wire.take((m) => m.push?.message?.data?.type === type, { timeout: 10000, what: `"${type}"` });
const consecutive = (wire) => {
  const seqs = wire.events(group).map((pub) => pub.offset);
  assert.deepEqual(seqs, seqs.map((_, i) => seqs[0] + i));
};

test('while Redis hangs, all is stored and said to be degraded; afterwards nothing is missing', async () => {
  const wire = await Wire.connect(stack, gus);
  await wire.subscribe(group);
  const start = (await getGroup(owner, group)).head;
  stack.kill('redis', 'SIGSTOP');
  try {
    for (let i = 0; i < 5; i++) {
      await within(3000, post(owner, group), 'a message to be stored without Redis');
    }
    await told(wire, 'degraded');
    await until(async () => (await stack.health()).status === 'degraded', { timeout: 10000, what: 'health to say so' });
    const health = await stack.health();
    assert.equal(health.database, 'ok');
    assert.notEqual(health.redis, 'ok');
    const { items } = expect(await gus.api.get(`/groups/${group.id}/messages?after=${start}`), 200);
    assert.equal(items.length, 5);
  } finally {
    stack.kill('redis', 'SIGCONT');
  }
  await wire.event(group, (data) => data.seq === start + 5, { timeout: 5000 });
  await told(wire, 'live');
  await told(wire, 'resync');
  consecutive(wire);
  await stack.healthy();
  wire.destroy();
});

test('what was done while Redis was away holds when it is back', async () => {
  const removed = await guest(stack, code);
  const signedOut = await guest(stack, code);
  const wires = [await Wire.connect(stack, removed), await Wire.connect(stack, signedOut), await Wire.connect(stack, gus)];
  for (const wire of wires) await wire.subscribe(group);
  const { head } = await getGroup(owner, group);
  stack.kill('redis', 'SIGSTOP');
  let after_;
  try {
    expect(await owner.api.delete(`/groups/${group.id}/members/${removed.id}`), 200);
    expect(await signedOut.api.delete('/sessions/current'), 204);
    after_ = await post(owner, group, 'not for them');
  } finally {
    stack.kill('redis', 'SIGCONT');
  }
  await wires[2].event(group, (data) => data.seq === after_.seq, { timeout: 8000 });
  await wires[1].closedWith(3503, 8000);
  const { push } = await wires[0].push('unsubscribe', `group:${group.id}`, { timeout: 8000 });
  assert.equal(push.unsubscribe.code, 2000);
  for (const wire of wires.slice(0, 2)) assert.ok(wire.events(group).every((pub) => pub.offset <= head));
  consecutive(wires[2]);
  wires.forEach((wire) => wire.destroy());
});

test('a restart of Redis is noticed, and healed without another message', async () => {
  const wire = await Wire.connect(stack, gus);
  await wire.subscribe(group);
  const pid = stack.kill('redis');
  const said = await post(owner, group, 'said in between');
  await until(() => stack.pid('redis') !== pid);
  await wire.event(group, (data) => data.seq === said.seq, { timeout: 5000 });
  await told(wire, 'resync');
  consecutive(wire);
  wire.destroy();
});

test('nothing of the service is kept in Redis', async () => {
  assert.equal(await stack.redisCli('DBSIZE'), '0');
  await stack.redisCli('FLUSHALL');
  await stack.redisCli('SCRIPT', 'FLUSH');
  expect(await gus.api.get('/me'), 200);
  await post(gus, group);
});

test('a Redis that refuses for want of memory is as if away', async () => {
  const wire = await Wire.connect(stack, gus);
  await wire.subscribe(group);
  await stack.redisCli('CONFIG', 'SET', 'maxmemory', '1');
  const said = await post(owner, group);
  await stack.redisCli('CONFIG', 'SET', 'maxmemory', '0');
  await wire.event(group, (data) => data.seq === said.seq, { timeout: 5000 });
  wire.destroy();
});
