import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, expect } from '../lib/http.mjs';
import { accept, addMember, crowd, eventsAfter, getGroup, invite, makeGroup, setRole, signUp } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());

const ban = (group, whom) => `/groups/${group.id}/bans/${whom.id ?? whom}`;

test('a ban removes, and bars every way back until it is lifted', async () => {
  const { owner, group, code, guests: [gus] } = await crowd(stack, 1);
  const { head } = await getGroup(owner, group);
  assert.deepEqual(expect(await owner.api.put(ban(group, gus)), 200), { live_invites: 0 });
  assert.deepEqual((await eventsAfter(owner, group, head)).map((event) => event.type), ['member.removed']);
  assertProblem(await gus.api.get(`/groups/${group.id}`), 404, 'not_found');
  const fresh = await invite(owner, group);
  for (const way of [code, fresh.code]) {
    assertProblem(await gus.api.post(`/invites/${way}/accept`, {}), 403, 'banned');
  }
  assert.equal((await getGroup(owner, group)).member_count, 1);
  expect(await owner.api.delete(ban(group, gus)), 204);
  assert.equal((await accept(gus, fresh.code)).joined, true);
});

test('a ban bars a public group too', async () => {
  const ana = await signUp(stack);
  const ben = await signUp(stack);
  const group = await makeGroup(ana, { visibility: 'public' });
  await addMember(ana, group, ben);
  expect(await ana.api.put(ban(group, ben)), 200);
  assertProblem(await ben.api.put(`/groups/${group.id}/members/me`), 403, 'banned');
  expect(await ana.api.delete(ban(group, ben)), 204);
  expect(await ben.api.put(`/groups/${group.id}/members/me`), 201);
});

test('someone who is no member can be banned, and once is enough', async () => {
  const { owner, group, code } = await crowd(stack, 0);
  const ben = await signUp(stack);
  const { head } = await getGroup(owner, group);
  expect(await owner.api.put(ban(group, ben)), 200);
  expect(await owner.api.put(ban(group, ben)), 200);
  assertProblem(await ben.api.post(`/invites/${code}/accept`, {}), 403, 'banned');
  const { items } = expect(await owner.api.get(`/groups/${group.id}/bans`), 200);
  assert.equal(items.length, 1);
  assert.equal(items[0].user.id, ben.id);
  assert.equal((await getGroup(owner, group)).head, head); // nobody left, nothing happened
});

test('a ban counts more than a dead invite', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const dead = await invite(owner, group);
  expect(await owner.api.delete(`/groups/${group.id}/invites/${dead.id}`), 204);
  expect(await owner.api.put(ban(group, gus)), 200);
  assertProblem(await gus.api.post(`/invites/${dead.code}/accept`, {}), 403, 'banned');
});

test('bans are for admins, and do not reach upwards', async () => {
  const { owner, group, guests: [adm, adm2, plain] } = await crowd(stack, 3);
  await setRole(owner, group, adm, 'admin');
  await setRole(owner, group, adm2, 'admin');
  assertProblem(await plain.api.put(ban(group, adm)), 403, 'forbidden');
  assertProblem(await plain.api.get(`/groups/${group.id}/bans`), 403, 'forbidden');
  assertProblem(await adm.api.put(ban(group, adm2)), 403, 'forbidden');
  assertProblem(await adm.api.put(ban(group, owner)), 403, 'forbidden');
  expect(await adm.api.put(ban(group, plain)), 200);
  assertProblem(await adm2.api.delete(ban(group, 'abcdefghijk')), 404, 'not_found');
  expect(await adm2.api.delete(ban(group, plain)), 204);
});

test('a stranger learns nothing of the bans', async () => {
  const { group, guests: [gus] } = await crowd(stack, 1);
  const eve = await signUp(stack);
  assertProblem(await eve.api.get(`/groups/${group.id}/bans`), 404, 'not_found');
  assertProblem(await eve.api.put(ban(group, gus)), 404, 'not_found');
  assertProblem(await eve.api.delete(ban(group, gus)), 404, 'not_found');
});

test('the invites of the banned end with revoke_invites=true', async () => {
  const { owner, group, guests: [adm] } = await crowd(stack, 1);
  await setRole(owner, group, adm, 'admin');
  const live = await invite(adm, group);
  const ben = await signUp(stack);
  expect(await owner.api.put(`${ban(group, adm)}?revoke_invites=true`), 200);
  assertProblem(await ben.api.post(`/invites/${live.code}/accept`, {}), 410, 'invite_revoked');
});

test('the last owner cannot be banned away', async () => {
  const { owner, group } = await crowd(stack, 1);
  const { status } = await owner.api.put(ban(group, owner));
  assert.ok([400, 403, 409].includes(status), String(status));
  expect(await owner.api.get(`/groups/${group.id}`), 200);
});
