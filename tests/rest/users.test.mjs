import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect } from '../lib/http.mjs';
import { signUp, unique } from '../lib/people.mjs';
import { check, user as userShape } from '../lib/shapes.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const anyone = client(stack);
const password = 'correct horse';

const refused = async (body, field) => {
  const answer = await anyone.post('/users', body);
  assertProblem(answer, 400, 'bad_request');
  assert.deepEqual(answer.json.errors.map((error) => error.field), [field]);
};

test('signing up answers the user, a token and a cookie', async () => {
  const username = unique('ana');
  const answer = await anyone.post('/users', { username, password });
  const made = expect(answer, 201);
  check(made, { user: () => true, token: (v) => typeof v === 'string' });
  check(made.user, userShape);
  assert.equal(made.user.username, username);
  assert.equal(made.user.display_name, username);
  assert.equal(made.user.kind, 'member');
  assert.equal(made.user.admin, false);
  assert.equal(answer.setCookies.length, 1);
  const [pair, ...attributes] = answer.setCookies[0].split(/; ?/);
  const [name, value] = pair.split('=');
  assert.equal(name, 'moothall_session');
  for (const wanted of ['HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(attributes.includes(wanted), pair);
  assert.ok(!attributes.includes('Secure'));
  assert.ok(!attributes.some((a) => /^domain/i.test(a)));
  for (const caller of [client(stack, { bearer: made.token }), client(stack, { cookie: value })]) {
    assert.deepEqual(expect(await caller.get('/me'), 200), made.user);
  }
});

test('the token has at least 128 bits and is nowhere in the database', async () => {
  const { token, password: secret } = await signUp(stack, { password: `${unique('secret')}xyzzy` });
  assert.ok(token.length >= 22, token);
  const dump = await stack.sqlite('.dump');
  assert.ok(dump.includes('CREATE TABLE'));
  assert.ok(!dump.includes(token));
  assert.ok(!dump.includes(secret));
});

test('a display name of 1 and of 64 characters is taken', async () => {
  for (const display_name of ['A', 'ä'.repeat(64), '😀'.repeat(64)]) {
    const { user } = expect(await anyone.post('/users', { username: unique(), password, display_name }), 201);
    assert.equal(user.display_name, display_name);
  }
});

test('a display name of 0 or 65 characters is refused', async () => {
  for (const display_name of ['', 'a'.repeat(65), '😀'.repeat(65)]) {
    await refused({ username: unique(), password, display_name }, 'display_name');
  }
});

test('a username of 2 and of 32 characters is taken', async () => {
  const seed = unique('').replaceAll('_', '');
  const short = async () => anyone.post('/users', { username: seed.slice(-2), password });
  const first = await short();
  assert.ok([201, 409].includes(first.status)); // there are only so many
  assertProblem(await short(), 409, 'name_taken');
  expect(await anyone.post('/users', { username: unique('x').padEnd(32, 'z'), password }), 201);
});

for (const [what, username] of Object.entries({
  'one character': 'a',
  '33 characters': 'a'.repeat(33),
  'an upper-case letter': 'Ana',
  'a hyphen': 'an-a',
  'a space': 'an a',
  'a letter beyond ASCII': 'anä',
  'a newline at its end': 'ana\n',
  'nothing in it': '',
})) {
  test(`a username with ${what} is refused`, () => refused({ username, password }, 'username'));
}

test('a password of 8 and of 256 characters is taken, whatever they are', async () => {
  for (const secret of ['12345678', '😀'.repeat(8), 'ü'.repeat(256), '😀'.repeat(256), '        ', '"\\\t\n\u0001xyz']) {
    const username = unique();
    expect(await anyone.post('/users', { username, password: secret }), 201);
    expect(await anyone.post('/sessions', { username, password: secret }), 201);
  }
});

test('a password of 7 or 257 characters is refused', async () => {
  for (const secret of ['1234567', '😀'.repeat(7), 'x'.repeat(257), '😀'.repeat(257)]) {
    await refused({ username: unique(), password: secret }, 'password');
  }
});

test('passwords are told apart by their last character', async () => {
  const username = unique();
  const long = 'p'.repeat(255);
  expect(await anyone.post('/users', { username, password: `${long}a` }), 201);
  assertProblem(await anyone.post('/sessions', { username, password: `${long}b` }), 401, 'unauthorized');
  assertProblem(await anyone.post('/sessions', { username, password: long }), 401, 'unauthorized');
});

test('a name is given once', async () => {
  const { username } = await signUp(stack);
  assertProblem(await anyone.post('/users', { username, password }), 409, 'name_taken');
});

test('of twenty who want a name at once, one gets it', async () => {
  const username = unique('race');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => anyone.post('/users', { username, password })),
  );
  const statuses = answers.map((answer) => answer.status).sort();
  assert.deepEqual(statuses, [201, ...Array(19).fill(409)]);
});

test('a member that is not asked for cannot be set', async () => {
  for (const [field, value] of Object.entries({ id: 'abc', admin: true, kind: 'bot', created_at: '2020-01-01T00:00:00.000Z', token: 'x' })) {
    await refused({ username: unique(), password, [field]: value }, field);
  }
});

test('a missing member is named', async () => {
  await refused({ password }, 'username');
  await refused({ username: unique() }, 'password');
});

test('all that is wrong is named at once', async () => {
  const answer = await anyone.post('/users', { username: 'A', password: 'x', colour: 'red' });
  assertProblem(answer, 400, 'bad_request');
  assert.deepEqual(answer.json.errors.map((error) => error.field).sort(), ['colour', 'password', 'username']);
});
