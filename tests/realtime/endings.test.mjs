// What ends a socket or a subscription, and how soon; what one person is told.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expect } from '../lib/http.mjs';
import { accept, addMember, crowd, getGroup, guest, makeGroup, post, signIn, signUp } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const relays = stack.relays().map((name) => ({ socket: stack.socket(name) }));
const everywhere = (who, options) => Promise.all([stack, ...relays].map((where) => Wire.connect(where, who, options)));
const second = 1000;

async function endWithin(wires, code, act) {
  const began = performance.now();
  await act();
  const acted = performance.now();
  const ends = await Promise.all(wires.map((wire) => wire.closedWith(code, 10000)));
  for (const end of ends) assert.ok(end.at - acted < second, `${end.at - acted} ms after, ${acted - began} ms in`);
}

test('signing out ends the sockets of that session, and no other', async () => {
  const ana = await signUp(stack);
  const other = await signIn(stack, ana);
  const kept = await Wire.connect(stack, other);
  const wires = [...await everywhere(ana), await Wire.connect(stack, null, { headers: { Cookie: `moothall_session=${ana.token}` } })];
  await endWithin(wires, 3503, async () => expect(await ana.api.delete('/sessions/current'), 204));
  await kept.settled();
  kept.destroy();
  const late = await Wire.open(stack);
  late.send({ id: 1, connect: { token: ana.token } });
  await late.closedWith(3500);
});

test('ending another session of mine ends its sockets', async () => {
  const ana = await signUp(stack);
  const other = await signIn(stack, ana);
  const wires = await everywhere(other);
  const mine = await Wire.connect(stack, ana);
  const { id } = expect(await other.api.get('/sessions'), 200).items.find((one) => one.current);
  await endWithin(wires, 3503, async () => expect(await ana.api.delete(`/sessions/${id}`), 204));
  await mine.settled();
  mine.destroy();
});

test('a new password ends the sockets of all other sessions', async () => {
  const ana = await signUp(stack);
  const other = await signIn(stack, ana);
  const wires = await everywhere(other);
  const mine = await Wire.connect(stack, ana);
  await endWithin(wires, 3503, async () => expect(await ana.api.patch('/me', { password: { current: ana.password, new: 'battery staple' } }), 200));
  await mine.settled();
  mine.destroy();
});

test('deleting an account ends its sockets', async () => {
  const ana = await signUp(stack);
  const wires = await everywhere(ana);
  await endWithin(wires, 3503, async () => expect(await ana.api.delete('/me', { password: ana.password }), 204));
});

for (const [what, reason, act] of [
  ['removed', 'removed', async (owner, group, gus) => expect(await owner.api.delete(`/groups/${group.id}/members/${gus.id}`), 200)],
  ['banned', 'banned', async (owner, group, gus) => expect(await owner.api.put(`/groups/${group.id}/bans/${gus.id}`), 200)],
  ['gone by leaving', 'left', async (owner, group, gus) => expect(await gus.api.delete(`/groups/${group.id}/members/me`), 204)],
  ['in a group that was deleted', 'deleted', async (owner, group) => expect(await owner.api.delete(`/groups/${group.id}`), 204)],
]) {
  test(`who is ${what} is unsubscribed with 2000, before any later event`, async () => {
    const { owner, group, guests: [gus] } = await crowd(stack, 1);
    const wires = await everywhere(gus);
    for (const wire of wires) await wire.subscribe(group);
    await post(owner, group, 'before');
    const { head } = await getGroup(owner, group);
    for (const wire of wires) await wire.event(group, (data) => data.seq === head);
    await act(owner, group, gus);
    const acted = performance.now();
    for (const wire of wires) {
      const { push } = await wire.push('unsubscribe', `group:${group.id}`);
      assert.equal(push.unsubscribe.code, 2000);
      assert.ok(performance.now() - acted < second);
      const { push: personal } = await wire.push('pub', `user:${gus.id}`);
      assert.equal(personal.pub.data.type, 'group.removed');
      assert.equal(personal.pub.data.group, group.id);
      assert.equal(typeof personal.pub.data.reason, 'string');
      assert.equal(personal.pub.offset ?? 0, 0);
    }
    if (what !== 'in a group that was deleted') await post(owner, group, 'after');
    for (const wire of wires) {
      await wire.settled();
      assert.equal((await wire.subscribe(group)).error.code, 103);
      const later = wire.events(group).filter((pub) => pub.offset > head).map((pub) => pub.data.type);
      assert.ok(later.every((type) => type === 'group.deleted'), later.join());
      wire.destroy();
    }
  });
}

test('the others hear of a removal, and hear on', async () => {
  const { owner, group, guests: [gus, kept] } = await crowd(stack, 2);
  const wire = await Wire.connect(relays[0], kept);
  const gone = await Wire.connect(relays[0], gus);
  for (const one of [wire, gone]) await one.subscribe(group);
  expect(await owner.api.delete(`/groups/${group.id}/members/${gus.id}`), 200);
  const said = await post(owner, group, 'after');
  await wire.event(group, (data) => data.seq === said.seq);
  assert.deepEqual(wire.events(group).map((pub) => pub.data.type), ['member.removed', 'message.created']);
  assert.deepEqual(gone.events(group), []);
  [wire, gone].forEach((one) => one.destroy());
});

test('joining is told on my other sockets, and one can subscribe at once', async () => {
  const { group, code } = await crowd(stack, 0);
  const ben = await signUp(stack);
  const wires = await everywhere(ben);
  await accept(ben, code);
  for (const wire of wires) {
    const { push } = await wire.push('pub', `user:${ben.id}`);
    assert.equal(push.pub.data.type, 'group.added');
    assert.equal(push.pub.data.group.id ?? push.pub.data.group, group.id);
    assert.ok((await wire.subscribe(group)).subscribe);
    wire.destroy();
  }
});

test('making a group, and joining a public one, are told too', async () => {
  const ana = await signUp(stack);
  const ben = await signUp(stack);
  const [one, two] = [await Wire.connect(stack, ana), await Wire.connect(stack, ben)];
  const group = await makeGroup(ana, { visibility: 'public' });
  assert.equal((await one.push('pub', `user:${ana.id}`)).push.pub.data.type, 'group.added');
  await addMember(ana, group, ben);
  assert.equal((await two.push('pub', `user:${ben.id}`)).push.pub.data.type, 'group.added');
  [one, two].forEach((wire) => wire.destroy());
});

test('my other devices learn how far I have read', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const said = [await post(owner, group), await post(owner, group)];
  const wires = await everywhere(gus);
  expect(await gus.api.put(`/groups/${group.id}/read`, { seq: said[0].seq }), 200);
  for (const wire of wires) {
    const { push } = await wire.push('pub', `user:${gus.id}`);
    assert.deepEqual(push.pub.data, { type: 'read.moved', group: group.id, read_seq: said[0].seq, unread: 1, mentions: 0 });
    wire.destroy();
  }
});

test('nobody hears what concerns another', async () => {
  const { owner, group, code, guests: [gus] } = await crowd(stack, 1);
  const wire = await Wire.connect(relays[0], gus);
  const control = await Wire.connect(relays[0], owner);
  await guest(stack, code);
  expect(await owner.api.put(`/groups/${group.id}/read`, { seq: 1 }), 200);
  const said = await post(owner, group);
  expect(await owner.api.put(`/groups/${group.id}/read`, { seq: said.seq }), 200);
  await makeGroup(owner);
  await control.take((m) => m.push?.pub?.data.type === 'group.added');
  await wire.settled();
  assert.deepEqual(wire.all.filter(({ message }) => message.push), []);
  [wire, control].forEach((one) => one.destroy());
});
