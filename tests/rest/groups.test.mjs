import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect } from '../lib/http.mjs';
import { addMember, crowd, eventsAfter, getGroup, makeGroup, post, setRole, signUp, unique } from '../lib/people.mjs';
import { check, group as groupShape } from '../lib/shapes.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const ana = await signUp(stack);
const bob = await signUp(stack);

const refused = async (caller, method, path, body, field) => {
  const answer = await caller.api.call(method, path, body);
  assertProblem(answer, 400, 'bad_request');
  assert.deepEqual(answer.json.errors.map((error) => error.field), [field]);
};

test('the maker of a group owns it', async () => {
  const answer = await ana.api.post('/groups', { name: 'Choir', visibility: 'private' });
  const group = expect(answer, 201);
  check(group, groupShape);
  assert.equal(new URL(answer.headers.location, stack.url).pathname, `/api/v1/groups/${group.id}`);
  assert.equal(group.name, 'Choir');
  assert.equal(group.description, '');
  assert.equal(group.visibility, 'private');
  assert.equal(group.kind, 'chat');
  assert.equal(group.slow_mode_seconds, 0);
  assert.equal(group.archived, false);
  assert.equal(group.members_can_invite, false);
  assert.equal(group.member_count, 1);
  assert.equal(group.me.role, 'owner');
  assert.equal(group.me.unread, 0);
  assert.equal(group.me.notify, 'all');
  assert.deepEqual(await getGroup(ana, group), group);
});

test('a name of 1 and 80, a description of 500 characters are taken', async () => {
  for (const [name, description] of [['a', ''], ['é'.repeat(80), 'x'.repeat(500)], ['😀'.repeat(80), '😀'.repeat(500)]]) {
    const group = expect(await ana.api.post('/groups', { name, visibility: 'private', description, kind: 'announcement' }), 201);
    assert.equal(group.name, name);
    assert.equal(group.description, description);
    assert.equal(group.kind, 'announcement');
  }
});

for (const [what, body, field] of [
  ['an empty name', { name: '', visibility: 'private' }, 'name'],
  ['a name of 81', { name: 'x'.repeat(81), visibility: 'private' }, 'name'],
  ['no name', { visibility: 'private' }, 'name'],
  ['a description of 501', { name: 'x', visibility: 'private', description: 'x'.repeat(501) }, 'description'],
  ['no visibility', { name: 'x' }, 'visibility'],
  ['another visibility', { name: 'x', visibility: 'secret' }, 'visibility'],
  ['visibility as a number', { name: 'x', visibility: 1 }, 'visibility'],
  ['kind direct', { name: 'x', visibility: 'private', kind: 'direct' }, 'kind'],
  ['another kind', { name: 'x', visibility: 'private', kind: 'room' }, 'kind'],
  ['an id of my own', { name: 'x', visibility: 'private', id: 'abc' }, 'id'],
  ['a head of my own', { name: 'x', visibility: 'private', head: 9 }, 'head'],
]) {
  test(`a group with ${what} is refused`, () => refused(ana, 'POST', '/groups', body, field));
}

test('the directory shows public groups to those signed in', async () => {
  const name = unique('open ');
  const group = await makeGroup(ana, { name, visibility: 'public' });
  const hidden = await makeGroup(ana, { name: `${name} hidden` });
  const { items } = expect(await bob.api.get(`/groups?q=${encodeURIComponent(name)}`), 200);
  assert.deepEqual(items.map((one) => one.id), [group.id]);
  check(items[0], groupShape);
  assert.equal(items[0].me, null);
  assert.ok(!JSON.stringify(items).includes(hidden.id));
  assertProblem(await client(stack).get('/groups'), 401, 'unauthorized');
  const mine = expect(await ana.api.get(`/groups?q=${encodeURIComponent(name)}`), 200).items;
  assert.deepEqual(mine.map((one) => one.me?.role), ['owner']);
});

test('the directory stands by members, then by name, and pages without a gap', async () => {
  const mark = unique('dir');
  const made = [];
  for (const name of ['c', 'a', 'b', 'e', 'd']) {
    made.push(await makeGroup(ana, { name: `${mark} ${name}`, visibility: 'public' }));
  }
  await addMember(ana, made[4], bob);
  const wanted = ['d', 'a', 'b', 'c', 'e'].map((name) => `${mark} ${name}`);
  const whole = expect(await bob.api.get(`/groups?q=${mark}`), 200);
  assert.deepEqual(whole.items.map((one) => one.name), wanted);
  assert.equal(whole.next, null);
  const paged = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = expect(await bob.api.get(`/groups?q=${mark}&limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`), 200);
    assert.ok(page.items.length <= 2);
    paged.push(...page.items.map((one) => one.name));
    cursor = page.next;
  }
  assert.deepEqual(paged, wanted);
});

test('q searches name and description, and knows no wildcards', async () => {
  const mark = unique('find').toLowerCase();
  const byName = await makeGroup(ana, { name: `${mark} 100% sure_thing`, visibility: 'public' });
  const byText = await makeGroup(ana, { name: 'Other', description: `about ${mark}`, visibility: 'public' });
  const found = async (q) => expect(await bob.api.get(`/groups?q=${encodeURIComponent(q)}`), 200).items.map((one) => one.id).sort();
  assert.deepEqual(await found(mark), [byName.id, byText.id].sort());
  assert.deepEqual(await found(`${mark} 100% sure_`), [byName.id]);
  assert.deepEqual(await found(`${mark}%sure`), []);
  assert.deepEqual(await found(`${mark} 100_ sure`), []);
  assert.deepEqual(await found(`${mark}'"\\*`), []);
  assert.deepEqual(await found(mark.toUpperCase()), [byName.id, byText.id].sort());
});

test('my groups come with me and the last message, most recent first', async () => {
  const eve = await signUp(stack);
  const first = await makeGroup(eve);
  const second = await makeGroup(eve);
  const said = await post(eve, first, 'hello');
  const { items, next } = expect(await eve.api.get('/me/groups'), 200);
  assert.equal(next, null);
  assert.deepEqual(items.map((one) => one.id), [first.id, second.id]);
  check(items[0], { ...groupShape, last_message: () => true });
  assert.equal(items[0].me.role, 'owner');
  assert.deepEqual(items[0].last_message, said);
  assert.equal(items[1].last_message, null);
  await post(eve, second, 'later');
  const page = expect(await eve.api.get('/me/groups?limit=1'), 200);
  assert.deepEqual(page.items.map((one) => one.id), [second.id]);
  const rest = expect(await eve.api.get(`/me/groups?limit=1&cursor=${encodeURIComponent(page.next)}`), 200);
  assert.deepEqual(rest.items.map((one) => one.id), [first.id]);
});

test('a public group can be seen by anyone signed in', async () => {
  const group = await makeGroup(ana, { visibility: 'public' });
  const seen = await getGroup(bob, group);
  check(seen, groupShape);
  assert.equal(seen.me, null);
  assertProblem(await client(stack).get(`/groups/${group.id}`), 401, 'unauthorized');
});

test('guests make no groups and join no public ones', async () => {
  const { guests: [gus] } = await crowd(stack, 1);
  const open = await makeGroup(ana, { visibility: 'public' });
  assertProblem(await gus.api.post('/groups', { name: 'x', visibility: 'private' }), 403, 'forbidden');
  assertProblem(await gus.api.put(`/groups/${open.id}/members/me`), 403, 'forbidden');
});

test('a group is changed by its admins, and everyone is told', async () => {
  const { owner, group, guests: [adm, plain] } = await crowd(stack, 2, { visibility: 'private' });
  await setRole(owner, group, adm, 'admin');
  const { head } = await getGroup(owner, group);
  const change = { name: 'New', description: 'words', kind: 'announcement', slow_mode_seconds: 5, archived: true, members_can_invite: true };
  const changed = expect(await adm.api.patch(`/groups/${group.id}`, change), 200);
  check(changed, groupShape);
  for (const [name, value] of Object.entries(change)) assert.equal(changed[name], value);
  assert.ok(changed.head > head);
  const events = await eventsAfter(plain, group, head);
  assert.deepEqual(events.map((event) => event.type), ['group.updated']);
  assert.equal(changed.head, events[0].seq);
  assertProblem(await plain.api.patch(`/groups/${group.id}`, { name: 'Mine' }), 403, 'forbidden');
  assertProblem(await bob.api.patch(`/groups/${group.id}`, { name: 'Mine' }), 404, 'not_found');
  const open = await makeGroup(owner, { visibility: 'public' });
  assertProblem(await bob.api.patch(`/groups/${open.id}`, { name: 'Mine' }), 403, 'forbidden');
  assert.equal((await getGroup(owner, group)).name, 'New');
});

test('only its owner makes a public group private, and nobody the reverse', async () => {
  const group = await makeGroup(ana, { visibility: 'public' });
  await addMember(ana, group, bob);
  await setRole(ana, group, bob, 'admin');
  assertProblem(await bob.api.patch(`/groups/${group.id}`, { visibility: 'private' }), 403, 'forbidden');
  const closed = expect(await ana.api.patch(`/groups/${group.id}`, { visibility: 'private' }), 200);
  assert.equal(closed.visibility, 'private');
  assertProblem(await ana.api.patch(`/groups/${group.id}`, { visibility: 'public' }), 409, 'conflict');
  const { items } = expect(await bob.api.get(`/groups?q=${encodeURIComponent(group.name)}`), 200);
  assert.deepEqual(items, []);
});

for (const [field, value] of [
  ['name', ''], ['name', 'x'.repeat(81)], ['name', null], ['description', 'x'.repeat(501)],
  ['kind', 'direct'], ['slow_mode_seconds', -1], ['slow_mode_seconds', '5'], ['archived', 'yes'],
  ['archived', 1], ['members_can_invite', null], ['head', 1], ['me', {}], ['epoch', 'x'],
]) {
  test(`changing ${field} to ${JSON.stringify(value).slice(0, 20)} is refused`, async () => {
    const group = await makeGroup(ana);
    await refused(ana, 'PATCH', `/groups/${group.id}`, { [field]: value }, field);
    assert.equal((await getGroup(ana, group)).head, group.head);
  });
}

test('a deleted group is gone for all', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  assertProblem(await gus.api.delete(`/groups/${group.id}`), 403, 'forbidden');
  expect(await owner.api.delete(`/groups/${group.id}`), 204);
  for (const who of [owner, gus]) {
    assertProblem(await who.api.get(`/groups/${group.id}`), 404, 'not_found');
    assertProblem(await who.api.get(`/groups/${group.id}/events`), 404, 'not_found');
    assertProblem(await who.api.post(`/groups/${group.id}/messages`, { body: 'x' }), 404, 'not_found');
    assert.deepEqual(expect(await who.api.get('/me/groups'), 200).items, []);
  }
});
