import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect, request } from '../lib/http.mjs';
import { accept, crowd, getGroup, guest, invite, makeGroup, setRole, signUp, unique } from '../lib/people.mjs';
import { check, group as groupShape, invite as inviteShape, preview as previewShape, user as userShape } from '../lib/shapes.mjs';
import { sharedStack } from '../lib/stack.mjs';
import { until } from '../lib/wait.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const anyone = client(stack);

const list = (group) => `/groups/${group.id}/invites`;
const take = (code) => `/invites/${code}/accept`;

test('an invite lasts 7 days and has no limit of uses, unless told', async () => {
  const { owner, group } = await crowd(stack, 0);
  const made = await invite(owner, group);
  check(made, inviteShape);
  assert.equal(made.url, `${stack.publicUrl}/i/${made.code}`);
  assert.equal(made.label, '');
  assert.equal(made.max_uses, null);
  assert.equal(made.uses, 0);
  assert.equal(made.state, 'active');
  const left = Date.parse(made.expires_at) - Date.parse(made.created_at);
  assert.equal(Math.round(left / 1000), 7 * 86400);
  const told = await invite(owner, group, { label: 'For Bob', expires_in: 3600, max_uses: 3 });
  assert.equal(told.label, 'For Bob');
  assert.equal(told.max_uses, 3);
  assert.equal(Math.round((Date.parse(told.expires_at) - Date.parse(told.created_at)) / 1000), 3600);
  const forever = await invite(owner, group, { expires_in: null, max_uses: null });
  assert.equal(forever.expires_at, null);
  assert.equal(forever.max_uses, null);
  const creator = told.created_by;
  assert.equal(creator.id ?? creator, owner.id);
});

test('codes have at least 128 bits, are distinct, and are nowhere in the database', async () => {
  const { owner, group } = await crowd(stack, 0);
  const codes = new Set();
  for (let i = 0; i < 20; i++) codes.add((await invite(owner, group)).code);
  assert.equal(codes.size, 20);
  const dump = await stack.sqlite('.dump');
  for (const code of codes) assert.ok(!dump.includes(code));
});

for (const [field, value] of [
  ['expires_in', 0], ['expires_in', -1], ['expires_in', '60'], ['expires_in', 1.5], ['expires_in', 2 ** 53],
  ['max_uses', 0], ['max_uses', -1], ['max_uses', '2'], ['max_uses', true], ['label', 7], ['code', 'mine'],
]) {
  test(`an invite with ${field} ${JSON.stringify(value)} is refused`, async () => {
    const { owner, group } = await crowd(stack, 0);
    const answer = await owner.api.post(list(group), { [field]: value });
    assertProblem(answer, 400, 'bad_request');
    assert.deepEqual(answer.json.errors.map((error) => error.field), [field]);
  });
}

test('invites are made by owner and admins, by members if the group says so', async () => {
  const { owner, group, guests: [adm, plain] } = await crowd(stack, 2);
  const eve = await signUp(stack);
  await setRole(owner, group, adm, 'admin');
  await invite(adm, group);
  assertProblem(await plain.api.post(list(group), {}), 403, 'forbidden');
  assertProblem(await plain.api.get(list(group)), 403, 'forbidden');
  assertProblem(await eve.api.post(list(group), {}), 404, 'not_found');
  assertProblem(await eve.api.get(list(group)), 404, 'not_found');
  expect(await owner.api.patch(`/groups/${group.id}`, { members_can_invite: true }), 200);
  const own = await invite(plain, group);
  const codes = expect(await plain.api.get(list(group)), 200).items.map((one) => one.code);
  assert.ok(codes.includes(own.code));
});

test('invites are listed with their codes, and their uses by name', async () => {
  const { owner, group, code, guests } = await crowd(stack, 3);
  const { items } = expect(await owner.api.get(list(group)), 200);
  assert.equal(items.length, 1);
  check(items[0], inviteShape);
  assert.equal(items[0].code, code);
  assert.equal(items[0].uses, 3);
  const uses = expect(await owner.api.get(`${list(group)}/${items[0].id}/uses`), 200).items;
  assert.deepEqual(uses.map((use) => use.user.id).sort(), guests.map((g) => g.id).sort());
  for (const use of uses) check(use, { user: (v) => check(v, userShape) ?? true, at: (v) => !Number.isNaN(Date.parse(v)) });
});

test('a preview shows what the landing page needs, and nothing else', async () => {
  const { owner, group } = await crowd(stack, 2, { name: 'Chess', description: 'On Fridays' });
  const made = await invite(owner, group, { max_uses: 9 });
  const stranger = await signUp(stack);
  for (const caller of [anyone, stranger.api, owner.api]) {
    const seen = expect(await caller.get(`/invites/${made.code}`), 200);
    check(seen, previewShape);
    assert.deepEqual(seen.group, { name: 'Chess', description: 'On Fridays', member_count: 3 });
    assert.deepEqual(seen.inviter, { display_name: owner.user.display_name });
    assert.equal(seen.state, 'active');
    assert.equal(seen.expires_at, made.expires_at);
  }
});

test('looking never joins', async () => {
  const { owner, group, code } = await crowd(stack, 0);
  const ben = await signUp(stack);
  const before = await getGroup(owner, group);
  for (const path of [`/invites/${code}`, take(code)]) await ben.api.get(path);
  await ben.api.head(`/invites/${code}`);
  for (const Accept of ['text/html', '*/*']) {
    await request(`${stack.url}/i/${code}`, { headers: { Accept, Cookie: `moothall_session=${ben.token}` } });
  }
  assert.deepEqual(await getGroup(owner, group), before);
  assert.equal(expect(await owner.api.get(list(group)), 200).items[0].uses, 0);
});

test('someone signed in joins by it', async () => {
  const { owner, group, code } = await crowd(stack, 0);
  const ben = await signUp(stack);
  const answer = await ben.api.post(take(code), {});
  const { group: joined, joined: yes, ...more } = expect(answer, 200);
  assert.equal(yes, true);
  assert.deepEqual(more, {});
  assert.deepEqual(answer.setCookies, []);
  check(joined, groupShape);
  assert.equal(joined.id, group.id);
  assert.equal(joined.me.role, 'member');
  assert.equal(joined.me.read_seq, joined.head);
  assert.deepEqual(await getGroup(ben, group), joined);
  assert.equal((await getGroup(owner, group)).member_count, 2);
});

test('someone who is not becomes a guest by it', async () => {
  const { group, code } = await crowd(stack, 0);
  const answer = await anyone.post(take(code), { display_name: 'Gus' });
  const made = expect(answer, 201);
  check(made, { user: () => true, token: (v) => typeof v === 'string', group: () => true, joined: (v) => v === true });
  check(made.user, userShape);
  assert.equal(made.user.kind, 'guest');
  assert.equal(made.user.username, null);
  assert.equal(made.user.display_name, 'Gus');
  assert.equal(made.group.id, group.id);
  assert.match(answer.setCookies[0], /^moothall_session=/);
  expect(await client(stack, { bearer: made.token }).get(`/groups/${group.id}`), 200);
});

test('a guest needs a name', async () => {
  const { code } = await crowd(stack, 0);
  for (const body of [{}, { display_name: '' }, { display_name: 'x'.repeat(65) }, { display_name: null }]) {
    const answer = await anyone.post(take(code), body);
    assertProblem(answer, 400, 'bad_request');
    assert.deepEqual(answer.json.errors.map((error) => error.field), ['display_name']);
  }
});

test('an unknown code is 404, however it looks', async () => {
  const texts = new Set();
  const ben = await signUp(stack);
  const { code } = await crowd(stack, 0);
  const flipped = code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A');
  for (const one of ['a'.repeat(22), 'Z'.repeat(64), 'x', 'a'.repeat(65), flipped, code.slice(0, -1), `${code}a`, `${code}%20`]) {
    for (const answer of [
      await anyone.get(`/invites/${one}`),
      await ben.api.post(take(one), {}),
      await anyone.post(take(one), { display_name: 'x' }),
    ]) {
      assertProblem(answer, 404, 'not_found');
      texts.add(answer.text.replace(answer.json.instance, ''));
    }
  }
  assert.equal(texts.size, 1);
});

test('fifty at once on the last two uses make two members', async () => {
  const { owner, group } = await crowd(stack, 0);
  const made = await invite(owner, group, { max_uses: 2 });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => anyone.post(take(made.code), { display_name: unique('g') })),
  );
  assert.equal(answers.filter((a) => a.status === 201).length, 2);
  for (const answer of answers.filter((a) => a.status !== 201)) assertProblem(answer, 410, 'invite_used_up');
  assert.equal((await getGroup(owner, group)).member_count, 3);
  const [seen] = expect(await owner.api.get(list(group)), 200).items.filter((one) => one.id === made.id);
  assert.equal(seen.uses, 2);
  assert.equal(seen.state, 'used_up');
  assert.equal(expect(await anyone.get(`/invites/${made.code}`), 200).state, 'used_up');
});

test('a refused guest leaves no account behind', async () => {
  const { owner, group } = await crowd(stack, 0);
  const made = await invite(owner, group, { max_uses: 1 });
  await guest(stack, made.code);
  const name = unique('leftover');
  assertProblem(await anyone.post(take(made.code), { display_name: name }), 410, 'invite_used_up');
  assert.ok(!(await stack.sqlite('.dump users')).includes(name));
});

test('a member uses nothing, even of a dead invite', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const made = await invite(owner, group, { max_uses: 1 });
  const again = await accept(gus, made.code);
  assert.equal(again.joined, false);
  assert.equal(again.group.id, group.id);
  await guest(stack, made.code);
  assert.equal((await accept(gus, made.code)).joined, false); // used up
  expect(await owner.api.delete(`${list(group)}/${made.id}`), 204);
  assert.equal((await accept(gus, made.code)).joined, false); // revoked
});

test('leaving gives no use back', async () => {
  const { owner, group } = await crowd(stack, 0);
  const made = await invite(owner, group, { max_uses: 1 });
  const gus = await guest(stack, made.code);
  expect(await gus.api.delete(`/groups/${group.id}/members/me`), 204);
  assertProblem(await gus.api.post(take(made.code), {}), 410, 'invite_used_up');
});

test('a revoked invite is dead at once', async () => {
  const { owner, group, code } = await crowd(stack, 0);
  const [{ id }] = expect(await owner.api.get(list(group)), 200).items;
  expect(await owner.api.delete(`${list(group)}/${id}`), 204);
  assertProblem(await anyone.post(take(code), { display_name: 'x' }), 410, 'invite_revoked');
  assert.equal(expect(await anyone.get(`/invites/${code}`), 200).state, 'revoked');
  assertProblem(await owner.api.delete(`${list(group)}/abcdefghijk`), 404, 'not_found');
});

test("an invite of one group is not to be ended through another's", async () => {
  const one = await crowd(stack, 0);
  const two = await crowd(stack, 0);
  const [{ id }] = expect(await one.owner.api.get(list(one.group)), 200).items;
  assertProblem(await two.owner.api.delete(`${list(two.group)}/${id}`), 404, 'not_found');
  assertProblem(await two.owner.api.get(`${list(two.group)}/${id}/uses`), 404, 'not_found');
  await guest(stack, one.code);
});

test('an invite expires', async () => {
  const { owner, group } = await crowd(stack, 0);
  const made = await invite(owner, group, { expires_in: 1 });
  await until(async () => expect(await anyone.get(`/invites/${made.code}`), 200).state === 'expired');
  assertProblem(await anyone.post(take(made.code), { display_name: 'x' }), 410, 'invite_expired');
  const seen = expect(await owner.api.get(list(group)), 200).items.find((one) => one.id === made.id);
  assert.equal(seen.state, 'expired');
});

test("a deleted group's invite is unknown", async () => {
  const { owner, group, code } = await crowd(stack, 0);
  expect(await owner.api.delete(`/groups/${group.id}`), 204);
  assertProblem(await anyone.get(`/invites/${code}`), 404, 'not_found');
  assertProblem(await anyone.post(take(code), { display_name: 'x' }), 404, 'not_found');
});

test('/i/CODE gives curl some lines of text, and a browser the page', async () => {
  const ana = await signUp(stack);
  const group = await makeGroup(ana, { name: 'Rowing' });
  const { code } = await invite(ana, group);
  const words = await request(`${stack.url}/i/${code}`, { headers: { Accept: '*/*' } });
  expect(words, 200);
  assert.match(words.headers['content-type'], /^text\/plain/);
  assert.match(words.text, /Rowing/);
  assert.match(words.text, /curl/);
  assert.ok(words.text.includes(`/api/v1/invites/${code}/accept`), words.text);
  const page = await request(`${stack.url}/i/${code}`, { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  expect(page, 200);
  assert.match(page.headers['content-type'], /^text\/html/);
  assert.ok(!page.text.includes('Rowing')); // static
  for (const answer of [words, page]) {
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  }
});

test('what curl is told to do works', async () => {
  const { code } = await crowd(stack, 0);
  const { text } = await request(`${stack.url}/i/${code}`, { headers: { Accept: '*/*' } });
  const url = text.match(/https?:\/\/\S+\/accept\b/)[0].replace(stack.publicUrl, stack.url);
  expect(await request(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"display_name":"Curly"}' }), 201);
});

test('codes and tokens stand in no log', async () => {
  const { code } = await crowd(stack, 0);
  const ana = await signUp(stack);
  await request(`${stack.url}/i/${code}`, { headers: { Accept: 'text/html' } });
  await request(`${stack.url}/i/${code}`, { headers: { Accept: '*/*', Referer: `${stack.url}/i/${code}` } });
  await anyone.get(`/invites/${code}`);
  await anyone.get(`/invites/${code}?again=${code}`);
  await anyone.get(`/invites/${code}/nonsense`);
  await anyone.post(take(code), {});
  await accept(ana, code);
  for (const [name, text] of Object.entries(stack.logs())) {
    assert.ok(!text.includes(code), name);
    assert.ok(!text.includes(ana.token), name);
    assert.ok(!text.includes(ana.password), name);
  }
});
