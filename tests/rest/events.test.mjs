import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect } from '../lib/http.mjs';
import { accept, addMember, crowd, eventsAfter, getGroup, guest, invite, makeGroup, post, setRole, signUp, unique } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const log = (group, query = '') => `/groups/${group.id}/events${query}`;

// A group in which everything that can happen has happened.
async function eventful() {
  const { owner, group, code, guests: [adm, leaver, removed, banned] } = await crowd(stack, 4);
  await setRole(owner, group, adm, 'admin');
  await post(adm, group, 'one', { client_id: unique('c') });
  await post(owner, group, 'two', { reply_to: 1 }).catch(() => post(owner, group, 'two'));
  expect(await owner.api.patch(`/groups/${group.id}`, { name: 'Renamed', description: 'd' }), 200);
  expect(await leaver.api.delete(`/groups/${group.id}/members/me`), 204);
  expect(await owner.api.delete(`/groups/${group.id}/members/${removed.id}`), 200);
  expect(await adm.api.put(`/groups/${group.id}/bans/${banned.id}`), 200);
  await accept(leaver, code);
  expect(await leaver.api.patch('/me', { display_name: 'Back' }), 200);
  const fleeting = await guest(stack, code);
  await post(fleeting, group, 'soon gone');
  expect(await fleeting.api.delete('/me', {}), 204);
  return { owner, group, adm, leaver };
}

test('the log has every number from 1, each event in its shape', async () => {
  const { owner, group } = await eventful();
  const events = await eventsAfter(owner, group);
  assert.deepEqual(events.map((event) => event.seq), events.map((_, i) => i + 1));
  assert.equal(events.at(-1).seq, (await getGroup(owner, group)).head);
  const wanted = {
    'message.created': ['message'],
    'member.joined': ['user'],
    'member.left': ['user'],
    'member.removed': ['user'],
    'member.role': ['role', 'user'],
    'member.updated': ['user'],
    'member.erased': ['user'],
    'group.updated': ['group'],
  };
  for (const event of events) {
    const { type, seq, group: at, at: time, actor, ...more } = event;
    assert.ok(type in wanted, type);
    assert.equal(typeof seq, 'number');
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(Object.keys(actor).sort(), ['display_name', 'id']);
    assert.ok(at === group.id || at?.id === group.id, JSON.stringify(event));
    for (const name of wanted[type]) assert.ok(name in { ...more, group: at }, `${name} in ${JSON.stringify(event)}`);
  }
  const seen = new Set(events.map((event) => event.type));
  for (const type of Object.keys(wanted)) assert.ok(seen.has(type), type);
});

test('the log holds nothing of one person, and no invite code', async () => {
  const { owner, group } = await eventful();
  const text = JSON.stringify(await eventsAfter(owner, group));
  const codes = expect(await owner.api.get(`/groups/${group.id}/invites`), 200).items;
  for (const { code } of codes) assert.ok(!text.includes(code));
  assert.ok(!text.includes('"me"'));
  assert.ok(!text.includes('"read_seq"'));
  assert.ok(!text.includes('soon gone'));
});

test('all members read the same bytes', async () => {
  const { owner, group, adm } = await eventful();
  const one = await owner.api.get(log(group, '?after=0&limit=100'));
  const two = await adm.api.get(log(group, '?after=0&limit=100'));
  assert.equal(one.text, two.text);
});

test('who joined by an invite is told with its id', async () => {
  const { owner, group } = await crowd(stack, 0);
  const made = await invite(owner, group);
  const { head } = await getGroup(owner, group);
  const gus = await guest(stack, made.code);
  const [event] = await eventsAfter(owner, group, head);
  assert.equal(event.type, 'member.joined');
  assert.equal(event.invite_id, made.id);
  assert.equal(event.user.id, gus.id);
  assert.equal(event.actor.id, gus.id);
});

test('after excludes its position, limit counts', async () => {
  const { owner, group } = await eventful();
  const whole = await eventsAfter(owner, group);
  const page = expect(await owner.api.get(log(group, '?after=3&limit=2')), 200);
  assert.deepEqual(Object.keys(page).sort(), ['epoch', 'head', 'items']);
  assert.deepEqual(page.items, whole.slice(3, 5));
  assert.equal(page.head, whole.length);
  const none = expect(await owner.api.get(log(group, `?after=${whole.length}&epoch=${page.epoch}`)), 200);
  assert.deepEqual(none.items, []);
});

test('another epoch, or a position above the head, says reload', async () => {
  const { owner, group } = await crowd(stack, 0);
  const { head, epoch } = await getGroup(owner, group);
  expect(await owner.api.get(log(group, `?after=0&epoch=${epoch}`)), 200);
  assertProblem(await owner.api.get(log(group, '?after=0&epoch=another')), 409, 'reload');
  assertProblem(await owner.api.get(log(group, `?after=${head + 1}&epoch=${epoch}`)), 409, 'reload');
  assertProblem(await owner.api.get(log(group, `?after=${2 ** 53 - 1}`)), 409, 'reload');
  for (const after_ of ['-1', 'x', '9007199254740992']) {
    assertProblem(await owner.api.get(log(group, `?after=${after_}`)), 400, 'bad_request');
  }
});

test('rights are those of messages', async () => {
  const { group } = await crowd(stack, 0);
  const ana = await signUp(stack);
  const open = await makeGroup(ana, { visibility: 'public' });
  const eve = await signUp(stack);
  assertProblem(await eve.api.get(log(group)), 404, 'not_found');
  assertProblem(await client(stack).get(log(open)), 401, 'unauthorized');
  assert.equal(expect(await eve.api.get(log(open, '?after=0')), 200).items.length, (await getGroup(eve, open)).head);
});

test('a snapshot and the events after it are a fresh snapshot', async () => {
  const { owner, group, code, guests: [adm, gus] } = await crowd(stack, 2);
  const snapshot = async () => {
    const at = await getGroup(owner, group);
    const members = expect(await owner.api.get(`/groups/${group.id}/members?limit=100`), 200).items;
    const messages = expect(await owner.api.get(`/groups/${group.id}/messages?limit=100`), 200).items;
    const { me, ...shared } = at;
    return {
      group: shared,
      members: Object.fromEntries(members.map((m) => [m.user.id, { role: m.role, name: m.user.display_name, kind: m.user.kind }])),
      messages: Object.fromEntries(messages.map((m) => [m.seq, { body: m.body, deleted: m.deleted, author: m.author.id }])),
    };
  };
  const state = await snapshot();
  await post(gus, group, 'kept');
  const fleeting = await guest(stack, code);
  await post(fleeting, group, 'gone');
  await setRole(owner, group, adm, 'admin');
  expect(await gus.api.patch('/me', { display_name: 'Gustav' }), 200);
  expect(await adm.api.patch(`/groups/${group.id}`, { name: 'Changed', slow_mode_seconds: 3 }), 200);
  expect(await gus.api.post('/me/claim', { username: unique(), password: 'correct horse' }), 200);
  expect(await fleeting.api.delete('/me', {}), 204);
  expect(await owner.api.delete(`/groups/${group.id}/members/${adm.id}`), 200);
  await post(owner, group, 'last');

  const { members, messages } = state;
  for (const event of await eventsAfter(owner, group, state.group.head)) {
    const who = event.user;
    switch (event.type) {
      case 'message.created':
        messages[event.seq] = { body: event.message.body, deleted: event.message.deleted, author: event.message.author.id };
        break;
      case 'member.joined':
        members[who.id] = { role: 'member', name: who.display_name, kind: who.kind };
        state.group.member_count++;
        break;
      case 'member.erased':
        for (const m of Object.values(messages)) if (m.author === who.id) Object.assign(m, { body: '', deleted: true });
        if (members[who.id]) state.group.member_count--;
        delete members[who.id];
        break;
      case 'member.left':
      case 'member.removed':
        delete members[who.id];
        state.group.member_count--;
        break;
      case 'member.role':
        members[who.id].role = event.role;
        break;
      case 'member.updated':
        Object.assign(members[who.id], { name: who.display_name, kind: who.kind });
        break;
      case 'group.updated':
        for (const name of Object.keys(state.group)) {
          if (event.group[name] !== undefined && name !== 'head') state.group[name] = event.group[name];
        }
        break;
      default:
        assert.fail(event.type);
    }
    state.group.head = event.seq;
  }
  assert.deepEqual(state, await snapshot());
});
