import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addMember, crowd, eventsAfter, getGroup, makeGroup, post, signUp, unique } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { sharedStack } from '../lib/stack.mjs';
import { pool } from '../lib/wait.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const relays = stack.relays().map((name) => ({ socket: stack.socket(name) }));

const offsets = (reply) => (reply.subscribe.publications ?? []).map((pub) => pub.offset);
const fill = (who, group, n, body = 'x') => pool(Array(n), 30, () => post(who, group, body));

test('subscribing answers epoch and head, then come the events', async () => {
  const { owner, group } = await crowd(stack, 0);
  const { head, epoch } = await getGroup(owner, group);
  const wire = await Wire.connect(stack, owner);
  const { subscribe } = await wire.subscribe(group);
  assert.equal(subscribe.recoverable, true);
  assert.equal(subscribe.positioned, true);
  assert.equal(subscribe.epoch, epoch);
  assert.equal(subscribe.offset ?? 0, head);
  assert.deepEqual(subscribe.publications ?? [], []);
  const said = await post(owner, group, 'live');
  const { push } = await wire.push('pub', `group:${group.id}`);
  assert.equal(push.pub.offset, said.seq);
  const [stored] = await eventsAfter(owner, group, head);
  assert.deepEqual(push.pub.data, stored);
  assert.equal(stored.type, 'message.created');
  wire.destroy();
});

test('all subscribers get the same bytes', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const wires = [await Wire.connect(relays[0], owner), await Wire.connect(relays[0], gus), await Wire.connect(relays[1], gus)];
  for (const wire of wires) await wire.subscribe(group);
  await post(owner, group, 'ü😀"\\');
  const pushes = await Promise.all(wires.map((wire) => wire.push('pub', `group:${group.id}`)));
  assert.equal(new Set(pushes.map((push) => JSON.stringify(push))).size, 1);
  wires.forEach((wire) => wire.destroy());
});

test('a foreign group and none at all are refused alike, with 103', async () => {
  const { group } = await crowd(stack, 0);
  const eve = await signUp(stack);
  const open = await makeGroup(eve, { visibility: 'public' });
  const wire = await Wire.connect(stack, eve);
  const answers = [];
  const other = (await crowd(stack, 0)).owner;
  for (const channel of [
    `group:${group.id}`, 'group:abcdefghijk', 'group:', 'group:!', `group:${'a'.repeat(300)}`, 'group', '', 'x', `user:${other.id}`, 'user:abcdefghijk',
    `group:${open.id} `, `Group:${open.id}`, 'control', 'beat', 'ask:x', `group:${open.id}\n`, 'group:*',
  ]) {
    const { id, ...rest } = await wire.ask({ subscribe: { channel } });
    answers.push(JSON.stringify(rest));
    assert.equal(rest.error?.code, 103, `${channel} ${JSON.stringify(rest)}`);
    assert.ok(!rest.error.temporary);
  }
  assert.equal(new Set(answers).size, 1);
  const [listener] = await Promise.all([wire.subscribe(open)]);
  assert.ok(listener.subscribe);
  wire.destroy();
});

test('reading a public group is not enough to listen to it', async () => {
  const ana = await signUp(stack);
  const ben = await signUp(stack);
  const group = await makeGroup(ana, { visibility: 'public' });
  const wire = await Wire.connect(stack, ben);
  assert.equal((await wire.subscribe(group)).error.code, 103);
  await addMember(ana, group, ben);
  assert.ok((await wire.subscribe(group)).subscribe); // no refusal is kept
  wire.destroy();
});

test('a second subscribe to a channel is 105', async () => {
  const { owner, group } = await crowd(stack, 0);
  const wire = await Wire.connect(stack, owner);
  await wire.subscribe(group);
  assert.equal((await wire.subscribe(group)).error.code, 105);
  assert.deepEqual((await wire.ask({ unsubscribe: { channel: `group:${group.id}` } })).unsubscribe, {});
  await post(owner, group);
  assert.ok((await wire.subscribe(group)).subscribe);
  assert.deepEqual(wire.events(group), []);
  wire.destroy();
});

// ---- Recovery, with the tail in the relay (somebody listens) and without

for (const warm of [true, false]) {
  const how = warm ? 'from the tail' : 'from the store';
  const prepare = async () => {
    const made = await crowd(stack, 0);
    made.since = await getGroup(made.owner, made.group);
    if (warm) {
      made.other = await Wire.connect(relays[0], made.owner);
      await made.other.subscribe(made.group);
    }
    made.recover = async (more = {}) => {
      const wire = await Wire.connect(relays[0], made.owner);
      const reply = await wire.subscribe(made.group, { recover: true, offset: made.since.head, epoch: made.since.epoch, ...more });
      assert.ok(reply.subscribe, JSON.stringify(reply));
      assert.equal(reply.subscribe.was_recovering, true);
      wire.destroy();
      return reply;
    };
    made.done = () => made.other?.destroy();
    return made;
  };

  test(`what was missed comes in order, ${how}`, async () => {
    const { owner, group, since, recover, done } = await prepare();
    await fill(owner, group, 20);
    const reply = await recover();
    const stored = await eventsAfter(owner, group, since.head);
    assert.equal(reply.subscribe.recovered, true);
    assert.deepEqual(reply.subscribe.publications.map((pub) => pub.data), stored);
    assert.deepEqual(offsets(reply), stored.map((event) => event.seq));
    assert.equal(reply.subscribe.offset ?? 0, since.head); // each publication moves it on
    const half = await recover({ offset: since.head + 10 });
    assert.deepEqual(offsets(half), stored.slice(10).map((event) => event.seq));
    const whole = await recover({ offset: 0, epoch: undefined });
    assert.deepEqual(offsets(whole), Array.from({ length: since.head + 20 }, (_, i) => i + 1));
    done();
  });

  test(`nothing missed is recovered too, ${how}`, async () => {
    const { since, recover, done } = await prepare();
    const reply = await recover();
    assert.equal(reply.subscribe.recovered, true);
    assert.deepEqual(offsets(reply), []);
    assert.equal(reply.subscribe.offset, since.head);
    done();
  });

  test(`300 missed events are recovered, 301 are not, ${how}`, async () => {
    const { owner, group, since, recover, done } = await prepare();
    await fill(owner, group, 300);
    const fits = await recover();
    assert.equal(fits.subscribe.recovered, true);
    assert.equal(offsets(fits).length, 300);
    await post(owner, group);
    const more = await recover();
    assert.ok(!more.subscribe.recovered);
    assert.deepEqual(offsets(more), []);
    assert.equal(more.subscribe.offset, since.head + 301);
    assert.equal(more.subscribe.epoch, since.epoch);
    done();
  });

  test(`256 KiB of missed events are recovered, more are not, ${how}`, async () => {
    const { owner, group, recover, done } = await prepare();
    await fill(owner, group, 28, 'x'.repeat(8000));
    const fits = await recover();
    assert.equal(fits.subscribe.recovered, true);
    assert.equal(offsets(fits).length, 28);
    await fill(owner, group, 6, 'x'.repeat(8000));
    assert.ok(!(await recover()).subscribe.recovered);
    done();
  });

  test(`another epoch is not recovered, nor an offset above the head, ${how}`, async () => {
    const { owner, group, since, recover, done } = await prepare();
    await post(owner, group);
    for (const more of [{ epoch: 'other' }, { offset: since.head + 2 }, { offset: 2 ** 53 - 1 }]) {
      const reply = await recover(more);
      assert.ok(!reply.subscribe.recovered, JSON.stringify(reply));
      assert.deepEqual(offsets(reply), []);
      assert.equal(reply.subscribe.offset, since.head + 1);
      assert.equal(reply.subscribe.epoch, since.epoch);
    }
    assert.equal((await recover({ offset: since.head + 1 })).subscribe.recovered, true);
    done();
  });

  test(`recovery and what is said meanwhile meet without a hole or a double, ${how}`, async () => {
    const { owner, group, since, done } = await prepare();
    let going = true;
    const talk = Promise.all(Array.from({ length: 4 }, async () => {
      while (going) await post(owner, group);
    }));
    for (let round = 0; round < 15; round++) {
      const wire = await Wire.connect(relays[round % 2], owner);
      const now = (await getGroup(owner, group)).head;
      const from = Math.max(since.head, now - 50);
      const reply = await wire.subscribe(group, { recover: true, offset: from, epoch: since.epoch });
      assert.equal(reply.subscribe.recovered, true);
      const said = await post(owner, group);
      await wire.event(group, (data, pub) => pub.offset >= said.seq);
      const all = [...offsets(reply), ...wire.events(group).map((pub) => pub.offset)];
      assert.deepEqual(all, Array.from({ length: all.length }, (_, i) => from + 1 + i));
      wire.destroy();
    }
    going = false;
    await talk;
    done();
  });
}

test('one connection recovers at most 512 KiB, the rest says recovered: false', async () => {
  const owner = await signUp(stack);
  const groups = [];
  for (let i = 0; i < 3; i++) groups.push(await makeGroup(owner));
  for (const group of groups) await fill(owner, group, 25, 'x'.repeat(8000));
  const wire = await Wire.connect(stack, owner);
  const commands = groups.map((group, i) => ({ id: 100 + i, subscribe: { channel: `group:${group.id}`, recover: true, offset: group.head, epoch: group.epoch } }));
  wire.send(...commands);
  const replies = await Promise.all(commands.map(({ id }) => wire.take((m) => m.id === id)));
  assert.deepEqual(replies.map((reply) => Boolean(reply.subscribe.recovered)).sort(), [false, true, true]);
  for (const reply of replies) assert.equal(offsets(reply).length, reply.subscribe.recovered ? 25 : 0);
  wire.destroy();
});

test('one connection recovers at most 900 events', async () => {
  const owner = await signUp(stack);
  const groups = [];
  for (let i = 0; i < 4; i++) groups.push(await makeGroup(owner));
  await Promise.all(groups.map((group) => pool(Array(250), 12, () => post(owner, group, 'x'))));
  const wire = await Wire.connect(stack, owner);
  const commands = groups.map((group, i) => ({ id: 100 + i, subscribe: { channel: `group:${group.id}`, recover: true, offset: group.head, epoch: group.epoch } }));
  wire.send(...commands);
  const replies = await Promise.all(commands.map(({ id }) => wire.take((m) => m.id === id)));
  assert.deepEqual(replies.map((reply) => Boolean(reply.subscribe.recovered)).sort(), [false, true, true, true]);
  wire.destroy();
});

// ---- Order

test('everyone hears everything, in one order, without a hole', async () => {
  const { owner, group, guests } = await crowd(stack, 4);
  const people = [owner, ...guests];
  const start = (await getGroup(owner, group)).head;
  const wires = await Promise.all(people.map((who, i) => Wire.connect(relays[i % 2], who)));
  for (const wire of wires) await wire.subscribe(group);
  await Promise.all(people.map(async (who, i) => {
    for (let n = 0; n < 40; n++) {
      if (n % 2) await post(who, group);
      else assert.ok((await wires[i].publish(group, { body: 'x', client_id: unique('c') })).publish);
    }
  }));
  const { head } = await getGroup(owner, group);
  assert.equal(head, start + 200);
  for (const wire of wires) {
    await wire.event(group, (data) => data.seq === head);
    assert.deepEqual(wire.events(group).map((pub) => pub.offset), Array.from({ length: 200 }, (_, i) => start + 1 + i));
    assert.ok(wire.events(group).every((pub) => pub.data.seq === pub.offset));
    wire.destroy();
  }
});
