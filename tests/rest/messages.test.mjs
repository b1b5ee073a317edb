import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect, request, rawHttp } from '../lib/http.mjs';
import { addMember, crowd, eventsAfter, getGroup, makeGroup, post, signUp, unique } from '../lib/people.mjs';
import { check, message as messageShape } from '../lib/shapes.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const { owner: ana, group, guests: [gus] } = await crowd(stack, 1);
const path = (at = group) => `/groups/${at.id}/messages`;

// What the reading is done on. Waited for before the first test: the runner takes a file
// that waits in its midst for one that has ended.
const { owner: lea, group: long } = await crowd(stack, 0);
const seqs = [];
for (let i = 0; i < 120; i++) seqs.push((await post(lea, long, `number ${i}`)).seq);

const refused = async (body, field) => {
  const answer = await ana.api.post(path(), body);
  assertProblem(answer, 400, 'bad_request');
  assert.deepEqual(answer.json.errors.map((error) => error.field), [field]);
};

test('a message takes the next number of its group', async () => {
  const { head } = await getGroup(ana, group);
  const said = await post(ana, group, 'Hello, *world*', { client_id: 'abc-1' });
  check(said, messageShape);
  const { created_at, ...rest } = said;
  assert.ok(Math.abs(Date.parse(created_at) - Date.now()) < 60000);
  assert.deepEqual(rest, {
    seq: head + 1,
    group: group.id,
    author: { id: ana.id, display_name: ana.user.display_name, kind: 'member' },
    body: 'Hello, *world*',
    client_id: 'abc-1',
    reply_to: null,
    edited_at: null,
    deleted: false,
    reactions: [],
  });
  assert.deepEqual(expect(await gus.api.get(`${path()}/${said.seq}`), 200), said);
  assert.equal((await getGroup(ana, group)).head, said.seq);
});

test('what was sent is stored, to the byte', async () => {
  for (const body of ['  spaced  ', 'a\nb\r\n\tc', '👩‍👩‍👧‍👦 \u202e rtl \u0001', '<b onclick="x">&amp;', '"\\/', 'e\u0301 is not \u00e9', '{"a":1}', '%s%n', "'; DROP TABLE messages; --"]) {
    const said = await post(ana, group, body);
    assert.equal(said.body, body);
    assert.equal(expect(await gus.api.get(`${path()}/${said.seq}`), 200).body, body);
  }
});

test('8000 characters are a message, blanks around them do not count', async () => {
  for (const body of ['x'.repeat(8000), '😀'.repeat(8000), `  ${'ü'.repeat(8000)}\n`, 'y']) {
    assert.equal((await post(ana, group, body)).body, body);
  }
});

for (const [what, body] of Object.entries({
  'nothing': '', 'a space': ' ', 'blanks': ' \t\r\n ', '8001 characters': 'x'.repeat(8001), '8001 emoji': '😀'.repeat(8001),
})) {
  test(`a message of ${what} is refused`, () => refused({ body }, 'body'));
}

test('fields of a wrong kind are named', async () => {
  await refused({}, 'body');
  await refused({ body: 5 }, 'body');
  await refused({ body: null }, 'body');
  await refused({ body: 'x', client_id: '' }, 'client_id');
  await refused({ body: 'x', client_id: 'x'.repeat(65) }, 'client_id');
  await refused({ body: 'x', client_id: 7 }, 'client_id');
  await refused({ body: 'x', reply_to: 0 }, 'reply_to');
  await refused({ body: 'x', reply_to: '1' }, 'reply_to');
  for (const [field, value] of Object.entries({ seq: 9, author: ana.id, created_at: '2020-01-01T00:00:00.000Z', deleted: false })) {
    await refused({ body: 'x', [field]: value }, field);
  }
});

test('the same client_id again is the first message, whatever the body', async () => {
  for (const client_id of [unique('c'), 'x'.repeat(64), '😀'.repeat(64)]) {
    const first = expect(await ana.api.post(path(), { body: 'one', client_id }), 201);
    const again = expect(await ana.api.post(path(), { body: 'two', client_id }), 200);
    assert.deepEqual(again, first);
    assert.equal((await getGroup(ana, group)).head, first.seq);
  }
});

test('a client_id belongs to its author and group', async () => {
  const client_id = unique('c');
  const first = await post(ana, group, 'mine', { client_id });
  const other = expect(await gus.api.post(path(), { body: 'his', client_id }), 201);
  assert.notEqual(other.seq, first.seq);
  const elsewhere = await makeGroup(ana);
  expect(await ana.api.post(path(elsewhere), { body: 'there', client_id }), 201);
});

test('a hundred times the same at once are one message', async () => {
  const client_id = unique('c');
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => ana.api.post(path(), { body: `try ${i}`, client_id })));
  assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
  assert.equal(new Set(answers.map((answer) => answer.json.seq)).size, 1);
  assert.equal(new Set(answers.map((answer) => answer.json.body)).size, 1);
});

test('a hundred at once take a hundred numbers, without a hole', async () => {
  const { head } = await getGroup(ana, group);
  const said = await Promise.all(Array.from({ length: 100 }, (_, i) => post(i % 2 ? ana : gus, group)));
  assert.deepEqual(said.map((message) => message.seq).sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => head + 1 + i));
});

test('a reply names a message of the same group', async () => {
  const first = await post(ana, group, 'question');
  const reply = await post(gus, group, 'answer', { reply_to: first.seq });
  assert.equal(reply.reply_to, first.seq);
  await refused({ body: 'x', reply_to: reply.seq + 1000 }, 'reply_to');
  await refused({ body: 'x', reply_to: 2 ** 53 }, 'reply_to');
});

test('posting moves my read mark, and only mine', async () => {
  const said = await post(ana, group);
  assert.equal((await getGroup(ana, group)).me.read_seq, said.seq);
  assert.ok((await getGroup(gus, group)).me.read_seq < said.seq);
  assert.ok((await getGroup(gus, group)).me.unread > 0);
});

test('members write, strangers do not', async () => {
  const eve = await signUp(stack);
  const open = await makeGroup(ana, { visibility: 'public' });
  assertProblem(await eve.api.post(path(), { body: 'x' }), 404, 'not_found');
  assertProblem(await eve.api.get(path()), 404, 'not_found');
  assertProblem(await eve.api.post(path(open), { body: 'x' }), 403, 'forbidden');
  assertProblem(await client(stack).post(path(), { body: 'x' }), 401, 'unauthorized');
  assertProblem(await client(stack).get(path(open)), 401, 'unauthorized');
});

test('in an archived group nobody writes, in an announcement its admins', async () => {
  const quiet = await makeGroup(ana, { visibility: 'public', kind: 'announcement' });
  const ben = await signUp(stack);
  await addMember(ana, quiet, ben);
  assertProblem(await ben.api.post(path(quiet), { body: 'x' }), 403, 'forbidden');
  await post(ana, quiet);
  expect(await ana.api.patch(`/groups/${quiet.id}`, { archived: true }), 200);
  assertProblem(await ana.api.post(path(quiet), { body: 'x' }), 403, 'archived');
});

// ---- Reading

const page = async (query, who = lea) => expect(await who.api.get(`${path(long)}${query}`), 200);
const numbers = (at) => at.items.map((message) => message.seq);

test('without a position come the latest, oldest first', async () => {
  const latest = await page('');
  assert.deepEqual(numbers(latest), seqs.slice(-50));
  assert.deepEqual(Object.keys(latest).sort(), ['epoch', 'has_after', 'has_before', 'head', 'items']);
  assert.equal(latest.has_before, true);
  assert.equal(latest.has_after, false);
  assert.equal(latest.head, (await getGroup(lea, long)).head);
  assert.equal(latest.epoch, (await getGroup(lea, long)).epoch);
  latest.items.forEach((message) => check(message, messageShape));
});

test('before and after exclude their position', async () => {
  const before = await page(`?before=${seqs[60]}&limit=10`);
  assert.deepEqual(numbers(before), seqs.slice(50, 60));
  assert.deepEqual([before.has_before, before.has_after], [true, true]);
  const after_ = await page(`?after=${seqs[60]}&limit=10`);
  assert.deepEqual(numbers(after_), seqs.slice(61, 71));
  assert.deepEqual([after_.has_before, after_.has_after], [true, true]);
  const first = await page(`?before=${seqs[5]}`);
  assert.deepEqual(numbers(first), seqs.slice(0, 5));
  assert.equal(first.has_before, false);
  const last = await page(`?after=${seqs[114]}`);
  assert.deepEqual(numbers(last), seqs.slice(115));
  assert.equal(last.has_after, false);
  assert.deepEqual(numbers(await page('?after=0&limit=3')), seqs.slice(0, 3));
  const none = await page(`?after=${seqs.at(-1)}`);
  assert.deepEqual([numbers(none), none.has_after, none.has_before], [[], false, true]);
  assert.deepEqual(numbers(await page('?before=1')), []);
});

test('around includes its position', async () => {
  const around = await page(`?around=${seqs[60]}&limit=11`);
  const got = numbers(around);
  assert.equal(got.length, 11);
  assert.ok(got.includes(seqs[60]));
  assert.deepEqual(got, seqs.slice(seqs.indexOf(got[0]), seqs.indexOf(got[0]) + 11));
  assert.ok(got.indexOf(seqs[60]) >= 4 && got.indexOf(seqs[60]) <= 6);
  assert.deepEqual([around.has_before, around.has_after], [true, true]);
  assert.deepEqual(numbers(await page(`?around=${seqs[60]}&limit=1`)), [seqs[60]]);
  assert.ok(numbers(await page(`?around=${seqs[0]}&limit=10`)).includes(seqs[0]));
  assert.ok(numbers(await page(`?around=${seqs.at(-1)}&limit=10`)).includes(seqs.at(-1)));
});

test('limit 1 and 100 are taken, 0, 101 and nonsense are not', async () => {
  assert.equal((await page('?limit=1')).items.length, 1);
  assert.equal((await page('?limit=100')).items.length, 100);
  for (const limit of ['0', '101', '-1', '1000000000', '99999999999999999999', 'ten', '1.0', '', '+5', '0x10', '5%00']) {
    const answer = await lea.api.get(`${path(long)}?limit=${limit}`);
    assertProblem(answer, 400, 'bad_request');
    assert.deepEqual(answer.json.errors.map((error) => error.field), ['limit']);
  }
});

test('positions are whole numbers from 0 to 2^53-1', async () => {
  for (const name of ['before', 'after', 'around']) {
    for (const value of ['-1', 'x', '1.5', '9007199254740992', '1e3', '']) {
      const answer = await lea.api.get(`${path(long)}?${name}=${value}`);
      assertProblem(answer, 400, 'bad_request');
      assert.equal(answer.json.errors[0].field, name);
    }
  }
  await page(`?before=${2 ** 53 - 1}`);
});

test('unknown query members are ignored', async () => {
  assert.equal((await page('?limit=2&colour=red&limits=x')).items.length, 2);
});

test('what is no message is not found', async () => {
  const log = await eventsAfter(lea, long);
  const event = log.find((one) => one.type !== 'message.created');
  for (const seq of [event?.seq, seqs.at(-1) + 1, 2 ** 53 - 1, 0, 'x', '1.0', -1].filter((seq) => seq !== undefined)) {
    assertProblem(await lea.api.get(`${path(long)}/${seq}`), 404, 'not_found');
  }
});

test('a public group can be read by anyone signed in', async () => {
  const open = await makeGroup(ana, { visibility: 'public' });
  const said = await post(ana, open, 'to all');
  const eve = await signUp(stack);
  assert.deepEqual(expect(await eve.api.get(path(open)), 200).items, [said]);
  assert.deepEqual(expect(await eve.api.get(`${path(open)}/${said.seq}`), 200), said);
});

test('newcomers may read all history', async () => {
  const ben = await signUp(stack);
  await addMember(lea, long, ben);
  assert.deepEqual(numbers(await page('?after=0&limit=3', ben)), seqs.slice(0, 3));
});

// ---- Plain text

const plain = (bytes, { query = '', headers = {}, token = ana.token } = {}) => request(`${stack.api}${path()}${query}`, {
  method: 'POST',
  headers: { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(bytes), ...(token && { Authorization: `Bearer ${token}` }), ...headers },
  body: bytes,
});

test('plain text is a message, less one newline at its end', async () => {
  assert.equal(expect(await plain('make: done\n'), 201).body, 'make: done');
  assert.equal(expect(await plain('two\n\n'), 201).body, 'two\n');
  assert.equal(expect(await plain('{"body":"x"}'), 201).body, '{"body":"x"}');
  assert.equal(expect(await plain('ümlaut', { headers: { 'Content-Type': 'text/plain; charset=utf-8' } }), 201).body, 'ümlaut');
});

test('plain text takes its client_id from the query', async () => {
  const client_id = unique('c');
  const first = expect(await plain('one', { query: `?client_id=${client_id}` }), 201);
  assert.equal(first.client_id, client_id);
  assert.equal(expect(await plain('two', { query: `?client_id=${client_id}` }), 200).seq, first.seq);
  assertProblem(await plain('x', { query: `?client_id=${'x'.repeat(65)}` }), 400, 'bad_request');
});

test('plain text may come in chunks', async () => {
  const answer = await rawHttp(stack, [
    `POST /api/v1${path()} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${ana.token}`,
    'Content-Type: text/plain', 'Transfer-Encoding: chunked',
  ], '5\r\nfirst\r\n7\r\n second\r\n0\r\n\r\n');
  assert.equal(answer.status, 201, answer.text);
  assert.equal(JSON.parse(answer.text).body, 'first second');
});

test('plain text that is blank, too long or no UTF-8 is refused', async () => {
  for (const bytes of ['', '\n', 'x'.repeat(8001), Buffer.from([0x61, 0xff, 0xfe]), Buffer.from([0xed, 0xa0, 0x80]), 'a\0b']) {
    const answer = await plain(bytes);
    assertProblem(answer, 400, 'bad_request');
  }
  assertProblem(await plain('x'.repeat(65537)), 413, 'too_large');
});

test('plain text needs a bearer: a form of another site must not write', async () => {
  const answer = await plain('x', { token: null, headers: { Cookie: `moothall_session=${ana.token}`, Origin: stack.publicUrl } });
  assertProblem(answer, 415, 'unsupported_media_type');
});
