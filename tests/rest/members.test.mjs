import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, expect } from '../lib/http.mjs';
import { accept, addMember, crowd, eventsAfter, getGroup, guest, invite, makeGroup, post, setRole, signUp } from '../lib/people.mjs';
import { check, group as groupShape, member as memberShape } from '../lib/shapes.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());

const members = async (who, group) => expect(await who.api.get(`/groups/${group.id}/members?limit=100`), 200).items;
const roleOf = async (who, group, whom) => (await members(who, group)).find((m) => m.user.id === whom.id)?.role;
const path = (group, whom) => `/groups/${group.id}/members/${whom.id ?? whom}`;

test('joining a public group: 201, then 200, read up to its head', async () => {
  const ana = await signUp(stack);
  const ben = await signUp(stack);
  const group = await makeGroup(ana, { visibility: 'public' });
  await post(ana, group);
  const joined = expect(await ben.api.put(path(group, 'me')), 201);
  check(joined, groupShape);
  assert.equal(joined.me.role, 'member');
  assert.equal(joined.me.read_seq, joined.head);
  assert.equal(joined.me.unread, 0);
  assert.equal(joined.member_count, 2);
  const again = expect(await ben.api.put(path(group, 'me')), 200);
  assert.equal(again.head, joined.head);
  const events = await eventsAfter(ben, group, joined.head - 1);
  assert.equal(events[0].type, 'member.joined');
  assert.equal(events[0].user.id, ben.id);
});

test('nobody joins a private group by its id', async () => {
  const ana = await signUp(stack);
  const ben = await signUp(stack);
  const group = await makeGroup(ana);
  assertProblem(await ben.api.put(path(group, 'me')), 404, 'not_found');
  assertProblem(await ben.api.get(`/groups/${group.id}/members`), 404, 'not_found');
});

test('members are listed with their roles, page by page', async () => {
  const { owner, group, guests } = await crowd(stack, 5);
  await setRole(owner, group, guests[0], 'admin');
  const all = await members(guests[1], group);
  all.forEach((one) => check(one, memberShape));
  assert.equal(all.length, 6);
  assert.equal(all.find((one) => one.user.id === owner.id).role, 'owner');
  assert.equal(all.find((one) => one.user.id === guests[0].id).role, 'admin');
  assert.equal(all.filter((one) => one.role === 'member').length, 4);
  const paged = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = expect(await owner.api.get(`/groups/${group.id}/members?limit=4${cursor && `&cursor=${encodeURIComponent(cursor)}`}`), 200);
    paged.push(...page.items.map((one) => one.user.id));
    cursor = page.next;
  }
  assert.deepEqual(paged, all.map((one) => one.user.id));
});

test('roles are given by owners alone, and told', async () => {
  const { owner, group, guests: [adm, plain] } = await crowd(stack, 2);
  const { head } = await getGroup(owner, group);
  await setRole(owner, group, adm, 'admin');
  const [event] = await eventsAfter(plain, group, head);
  assert.equal(event.type, 'member.role');
  assert.equal(event.user.id, adm.id);
  assert.equal(event.role, 'admin');
  assertProblem(await adm.api.patch(path(group, plain), { role: 'admin' }), 403, 'forbidden');
  assertProblem(await plain.api.patch(path(group, plain), { role: 'admin' }), 403, 'forbidden');
  const wrong = await owner.api.patch(path(group, plain), { role: 'king' });
  assertProblem(wrong, 400, 'bad_request');
  assert.equal(wrong.json.errors[0].field, 'role');
  assertProblem(await owner.api.patch(path(group, 'abcdefghijk'), { role: 'admin' }), 404, 'not_found');
});

test('a group keeps an owner', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  assertProblem(await owner.api.patch(path(group, owner), { role: 'member' }), 409, 'last_owner');
  assertProblem(await owner.api.delete(path(group, 'me')), 409, 'last_owner');
  assert.equal(await roleOf(gus, group, owner), 'owner');
  await setRole(owner, group, gus, 'owner');
  expect(await owner.api.delete(path(group, 'me')), 204);
  assert.equal(await roleOf(gus, group, gus), 'owner');
});

test('of two owners who demote each other at once, one remains', async () => {
  for (let i = 0; i < 10; i++) {
    const { owner, group, guests: [other, witness] } = await crowd(stack, 2);
    await setRole(owner, group, other, 'owner');
    const answers = await Promise.all([
      owner.api.patch(path(group, other), { role: 'member' }),
      other.api.patch(path(group, owner), { role: 'member' }),
    ]);
    assert.ok(answers.every((a) => [200, 403, 409].includes(a.status)), answers.map((a) => a.status).join());
    const owners = (await members(witness, group)).filter((m) => m.role === 'owner');
    assert.equal(owners.length, 1);
  }
});

test('of two owners who leave at once, one remains', async () => {
  for (let i = 0; i < 10; i++) {
    const { owner, group, guests: [other, witness] } = await crowd(stack, 2);
    await setRole(owner, group, other, 'owner');
    const answers = await Promise.all([owner.api.delete(path(group, 'me')), other.api.delete(path(group, 'me'))]);
    assert.deepEqual(answers.map((a) => a.status).sort(), [204, 409]);
    assert.equal((await members(witness, group)).filter((m) => m.role === 'owner').length, 1);
  }
});

test('leaving is told, and one who left sees no more', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const { head } = await getGroup(owner, group);
  expect(await gus.api.delete(path(group, 'me')), 204);
  const [event] = await eventsAfter(owner, group, head);
  assert.equal(event.type, 'member.left');
  assert.equal(event.user.id, gus.id);
  assertProblem(await gus.api.get(`/groups/${group.id}`), 404, 'not_found');
  assertProblem(await gus.api.delete(path(group, 'me')), 404, 'not_found');
  assert.equal((await getGroup(owner, group)).member_count, 1);
});

test('the last one to leave takes the group along', async () => {
  const ana = await signUp(stack);
  const ben = await signUp(stack);
  const group = await makeGroup(ana, { visibility: 'public' });
  expect(await ana.api.delete(path(group, 'me')), 204);
  assertProblem(await ana.api.get(`/groups/${group.id}`), 404, 'not_found');
  assertProblem(await ben.api.put(path(group, 'me')), 404, 'not_found');
});

test('admins remove members, owners remove all', async () => {
  const { owner, group, guests: [adm, adm2, plain] } = await crowd(stack, 3);
  await setRole(owner, group, adm, 'admin');
  await setRole(owner, group, adm2, 'admin');
  assertProblem(await plain.api.delete(path(group, adm)), 403, 'forbidden');
  assertProblem(await adm.api.delete(path(group, adm2)), 403, 'forbidden');
  assertProblem(await adm.api.delete(path(group, owner)), 403, 'forbidden');
  const { head } = await getGroup(owner, group);
  assert.deepEqual(expect(await adm.api.delete(path(group, plain)), 200), { live_invites: 0 });
  const [event] = await eventsAfter(owner, group, head);
  assert.equal(event.type, 'member.removed');
  assert.equal(event.user.id, plain.id);
  assertProblem(await plain.api.get(`/groups/${group.id}/messages`), 404, 'not_found');
  expect(await owner.api.delete(path(group, adm2)), 200);
  assertProblem(await owner.api.delete(path(group, plain)), 404, 'not_found');
  assertProblem(await owner.api.delete(path(group, 'abcdefghijk')), 404, 'not_found');
});

test('who was removed may come back by an invite', async () => {
  const { owner, group, code, guests: [gus] } = await crowd(stack, 1);
  expect(await owner.api.delete(path(group, gus)), 200);
  const { joined } = await accept(gus, code);
  assert.equal(joined, true);
  expect(await gus.api.get(`/groups/${group.id}`), 200);
});

test('removing tells of the live invites that person made, and ends them on demand', async () => {
  const { owner, group, guests: [adm] } = await crowd(stack, 1);
  await setRole(owner, group, adm, 'admin');
  const live = await invite(adm, group);
  const dead = await invite(adm, group);
  expect(await adm.api.delete(`/groups/${group.id}/invites/${dead.id}`), 204);
  assert.deepEqual(expect(await owner.api.delete(path(group, adm)), 200), { live_invites: 1 });
  await accept(adm, live.code); // it lives on
  await setRole(owner, group, adm, 'admin');
  expect(await owner.api.delete(`${path(group, adm)}?revoke_invites=true`), 200);
  assertProblem(await adm.api.post(`/invites/${live.code}/accept`, {}), 410, 'invite_revoked');
});

test('my level is mine', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const { head } = await getGroup(owner, group);
  for (const notify of ['mentions', 'nothing', 'all', 'nothing']) {
    expect(await gus.api.patch(path(group, 'me'), { notify }), 200);
    assert.equal((await getGroup(gus, group)).me.notify, notify);
  }
  assert.equal((await getGroup(owner, group)).me.notify, 'all');
  assert.equal((await getGroup(owner, group)).head, head); // no event
  assertProblem(await gus.api.patch(path(group, 'me'), { notify: 'loud' }), 400, 'bad_request');
  assertProblem(await gus.api.patch(path(group, 'me'), { role: 'owner' }), 400, 'bad_request');
});

test('members of a public group are for those signed in', async () => {
  const ana = await signUp(stack);
  const ben = await signUp(stack);
  const group = await makeGroup(ana, { visibility: 'public' });
  const { status } = await ben.api.get(`/groups/${group.id}/members`);
  assert.ok([200, 403].includes(status), String(status));
  await addMember(ana, group, ben);
  assert.equal((await members(ben, group)).length, 2);
});

test('fifty who join and leave at once leave a right count', async () => {
  const { owner, group, code } = await crowd(stack, 0);
  const people = await Promise.all(Array.from({ length: 25 }, () => guest(stack, code)));
  await Promise.all(people.map((one, i) => (i % 2 ? one.api.delete(path(group, 'me')) : accept(one, code))));
  const all = await members(owner, group);
  assert.equal(all.length, 14);
  assert.equal((await getGroup(owner, group)).member_count, 14);
});
