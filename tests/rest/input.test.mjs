// Bodies, queries, paths and headers that are wrong: each has its documented answer.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect, rawHttp, request } from '../lib/http.mjs';
import { crowd, unique } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const { owner, group } = await crowd(stack, 0);
const messages = `/groups/${group.id}/messages`;

const send = (raw, { path = messages, method = 'POST', headers } = {}) => owner.api.call(method, path, undefined, { raw, headers });
const field = (answer) => answer.json.errors?.map((error) => error.field);

// ---- JSON

for (const [what, raw] of Object.entries({
  'nothing': '',
  'a space': ' ',
  'a number': '5',
  'a string': '"x"',
  'null': 'null',
  'a list': '[]',
  'a list of an object': '[{"body":"x"}]',
  'no end': '{"body":"x"',
  'no end of a string': '{"body":"x}',
  'bytes after the end': '{"body":"x"}x',
  'a second object after the end': '{"body":"x"}{}',
  'a NUL after the end': '{"body":"x"}\0',
  'a comma too many': '{"body":"x",}',
  'single quotes': "{'body':'x'}",
  'a bare name': '{body:"x"}',
  'a comment': '{"body":"x"/* */}',
  'NaN': '{"body":NaN}',
  'a byte order mark': '\ufeff{"body":"x"}',
  'a raw control character': '{"body":"a\u0001b"}',
  'a raw newline': '{"body":"a\nb"}',
  'a raw NUL': '{"body":"a\0b"}',
  'an escaped NUL': '{"body":"a\\u0000b"}',
  'a NUL in a name': '{"bo\\u0000dy":"x"}',
  'a lone high surrogate': '{"body":"\\ud800"}',
  'a lone low surrogate': '{"body":"\\udc00x"}',
  'two high surrogates': '{"body":"\\ud800\\ud800"}',
  'an unknown escape': '{"body":"\\x41"}',
  'a duplicate name': '{"body":"x","body":"y"}',
  'a duplicate name by escape': '{"body":"x","bo\\u0064y":"y"}',
  'a duplicate name below': '{"body":{"a":1,"a":2}}',
  'depth 17': `{"body":${'['.repeat(16)}${']'.repeat(16)}}`,
  'depth 20000': `{"body":${'['.repeat(20000)}${']'.repeat(20000)}}`,
  'depth without an end': '{"a":'.repeat(10000),
  'a leading zero': '{"body":"x","reply_to":01}',
  'a plus': '{"body":"x","reply_to":+1}',
  'a dot without digits': '{"body":"x","reply_to":1.}',
  'hexadecimal': '{"body":"x","reply_to":0x1}',
})) {
  test(`a body with ${what} is 400`, async () => {
    assertProblem(await send(raw), 400, 'bad_request');
  });
}

for (const [what, bytes] of Object.entries({
  'a lone continuation': [0x80],
  'a cut sequence': [0xc3],
  'an overlong slash': [0xc0, 0xaf],
  'an overlong NUL': [0xc0, 0x80],
  'a surrogate': [0xed, 0xa0, 0x80],
  'a point above U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
  'the byte FF': [0xff],
  'latin-1': [0x6d, 0xfc, 0x6c],
})) {
  test(`a body with ${what} in its UTF-8 is 400`, async () => {
    assertProblem(await send(Buffer.concat([Buffer.from('{"body":"'), Buffer.from(bytes), Buffer.from('"}')])), 400, 'bad_request');
    assertProblem(await send(Buffer.concat([Buffer.from('{"'), Buffer.from(bytes), Buffer.from('":1}')])), 400, 'bad_request');
  });
}

test('depth 100000 is refused before anything else', async () => {
  const raw = `{"body":${'['.repeat(100000)}${']'.repeat(100000)}}`;
  assertProblem(await send(raw), 413, 'too_large');
});

test('surrogate pairs, escapes and the edges of UTF-8 are taken', async () => {
  const body = '\\ud83d\\ude00 \\u00e9 \\/ \\b\\f\\n\\r\\t \u{10ffff} \ud7ff \ue000 \u007f \u0080 \u07ff \u0800 \uffff \u{10000}';
  const said = expect(await send(`{"body":"${body}"}`), 201);
  assert.equal(said.body, JSON.parse(`"${body}"`));
});

test('whitespace around JSON is fine', async () => {
  expect(await send('\r\n\t {\n"body" :\t"x"\r}\n '), 201);
});

for (const [what, value] of Object.entries({
  '1e3': '1e3', '1.0': '1.0', '2^53': '9007199254740992', '2^53+1': '9007199254740993', '2^63': '9223372036854775808',
  '2^64': '18446744073709551616', '400 digits': '9'.repeat(400), '-1': '-1', '"1"': '"1"', 'true': 'true', '[1]': '[1]', '{}': '{}', '1.5': '1.5', '1e400': '1e400',
})) {
  test(`${what} where a whole number is due is 400, with the field's name`, async () => {
    for (const [raw, method, path, name] of [
      [`{"body":"x","reply_to":${value}}`, 'POST', messages, 'reply_to'],
      [`{"seq":${value}}`, 'PUT', `/groups/${group.id}/read`, 'seq'],
      [`{"max_uses":${value}}`, 'POST', `/groups/${group.id}/invites`, 'max_uses'],
    ]) {
      const answer = await send(raw, { method, path });
      assertProblem(answer, 400, 'bad_request');
      assert.deepEqual(field(answer), [name]);
    }
  });
}

for (const [what, value] of Object.entries({ 'a number': 5, 'a list': ['x'], 'an object': { $gt: '' }, 'true': true, 'null': null })) {
  test(`${what} where text is due is 400, with the field's name`, async () => {
    for (const [caller, path, body, name] of [
      [owner.api, messages, { body: value }, 'body'],
      [client(stack), '/users', { username: value, password: 'correct horse' }, 'username'],
      [client(stack), '/sessions', { username: owner.username, password: value }, 'password'],
      [owner.api, '/groups', { name: value, visibility: 'private' }, 'name'],
    ]) {
      const answer = await caller.post(path, body);
      assertProblem(answer, 400, 'bad_request');
      assert.deepEqual(field(answer), [name]);
    }
  });
}

test('an unknown member is named', async () => {
  for (const name of ['colour', '__proto__', 'constructor', 'Body', 'body ', '']) {
    const answer = await send(JSON.stringify({ body: 'x' }).replace('}', `,${JSON.stringify(name)}:1}`));
    assertProblem(answer, 400, 'bad_request');
    assert.deepEqual(field(answer), [name]);
  }
});

test('very many members are refused fast', async () => {
  const raw = `{${Array.from({ length: 5000 }, (_, i) => `"k${i}":1`).join()}}`;
  const began = performance.now();
  assertProblem(await send(raw), 400, 'bad_request');
  assert.ok(performance.now() - began < 3000);
});

// ---- Size and type

test('64 KiB are read, one byte more is 413', async () => {
  const fill = (bytes) => `{"body":"x"${' '.repeat(bytes - 12)}}`;
  expect(await send(fill(65536)), 201);
  assertProblem(await send(fill(65537)), 413, 'too_large');
  assertProblem(await send(fill(5 << 20)).catch(() => rawHttp(stack, [`POST /api/v1${messages} HTTP/1.1`, 'Host: x', `Content-Length: ${5 << 20}`]).then((a) => ({ ...a, json: JSON.parse(a.text) }))), 413, 'too_large');
});

test('chunks are counted together', async () => {
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
  const head = [`POST /api/v1${messages} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${owner.token}`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
  const fine = await rawHttp(stack, head, `${chunk}c\r\n{"body":"x"}\r\n0\r\n\r\n`);
  assert.equal(fine.status, 201, fine.text);
  const large = await rawHttp(stack, head, `${chunk.repeat(5)}c\r\n{"body":"x"}\r\n0\r\n\r\n`);
  assert.equal(large.status, 413, large.text);
});

for (const type of ['text/html', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', 'application', '', 'json', 'application/json-seq']) {
  test(`the type ${type || '(none)'} is 415`, async () => {
    const answer = await request(`${stack.api}${messages}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${owner.token}`, ...(type && { 'Content-Type': type }), 'Content-Length': 12 },
      body: '{"body":"x"}',
    });
    assertProblem(answer, 415, 'unsupported_media_type');
  });
}

test('application/json may have a charset, and capitals', async () => {
  for (const type of ['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON']) {
    expect(await send('{"body":"x"}', { headers: { 'Content-Type': type } }), 201);
  }
});

test('a body that is due and missing is refused', async () => {
  for (const headers of [{ 'Content-Type': 'application/json', 'Content-Length': 0 }, { 'Content-Type': 'application/json' }]) {
    const answer = await request(`${stack.api}${messages}`, { method: 'POST', headers: { Authorization: `Bearer ${owner.token}`, ...headers } });
    assertProblem(answer, 400, 'bad_request');
  }
  const none = await request(`${stack.api}${messages}`, { method: 'POST', headers: { Authorization: `Bearer ${owner.token}` } });
  assert.ok([400, 415].includes(none.status), none.text);
});

test('a body cut off is no message', async () => {
  const before = expect(await owner.api.get(`/groups/${group.id}`), 200).head;
  const { connect } = await import('node:net');
  await new Promise((done) => {
    const socket = connect(stack.port, '127.0.0.1');
    socket.on('close', done).on('error', () => {});
    socket.write(`POST /api/v1${messages} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${owner.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"body":"x"}`);
    socket.end();
    socket.setTimeout(3000, () => socket.destroy());
  });
  assert.equal(expect(await owner.api.get(`/groups/${group.id}`), 200).head, before);
});

// ---- Paths, queries, headers

const raw = async (target, more = []) => rawHttp(stack, [`GET ${target} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${owner.token}`, ...more]);

for (const target of [
  '/api/v1/%2e%2e/v1/me', '/api/v1/../../etc/passwd', '/api/v1/me%00', '/api/v1/me%00.json', '/api/v1/me;x=1', '/api/v1/me.', '/api/v1/ME',
  '/api/v1/me%2f', '/api/v1//me', '/api//v1/me', '/api/v1/me//', '/api/v1/m%65%2fgroups', '/api/v1/groups/%2e%2e/me', '/api/v1/groups/..%2fme',
  '/api/v1/%ff%fe', '/api/v1/me\\', '/api/v1/', '/api/v1', '/api/', '/api', '/api/v2/me', '/api/v1/groups//messages', '/api/v1/groups/%20',
  `/api/v1/groups/${'a'.repeat(27)}`, `/api/v1/groups/${'a'.repeat(4000)}`, '/api/v1/groups/-1', '/api/v1/groups/null', '/api/v1/sessions/current/x',
]) {
  test(`the path ${target.slice(0, 50)} leads nowhere`, async () => {
    const answer = await raw(target);
    assert.ok([400, 404].includes(answer.status), `${answer.status} ${answer.text.slice(0, 200)}`);
    assertProblem({ ...answer, json: JSON.parse(answer.text) });
    assert.ok(!answer.text.includes('root:'));
  });
}

test('path tricks reach no file', async () => {
  for (const target of ['/../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/assets/../../data/moothall.db', '/assets../data/moothall.db', '//etc/passwd', '/%00', '/index.html%00.js', '/.git/config', '/moothall.conf']) {
    const answer = await raw(target);
    assert.ok(!/root:|SQLite format|database =/.test(answer.text), target);
    assert.ok([400, 404].includes(answer.status) || /text\/html/.test(answer.headers['content-type']), `${target} ${answer.status}`);
  }
});

test('a limit out of range is 400 in every list', async () => {
  for (const path of ['/groups', '/me/groups', '/sessions', `/groups/${group.id}/members`, `/groups/${group.id}/bans`, `/groups/${group.id}/invites`, messages, `/groups/${group.id}/events`]) {
    for (const limit of ['-1', '0', '1000000000', '101', '1e1', '%31%30%00']) {
      const answer = await owner.api.get(`${path}?limit=${limit}`);
      assertProblem(answer, 400, 'bad_request');
      assert.deepEqual(field(answer), ['limit'], `${path} ${limit}`);
    }
    for (const limit of [1, 100]) expect(await owner.api.get(`${path}?limit=${limit}`), 200);
  }
});

test('a query in broken escapes or no UTF-8 is 400', async () => {
  for (const q of ['%ff', '%c3%28', '%00', '%zz', '%4', '%ed%a0%80']) {
    assertProblem(await owner.api.get(`/groups?q=${q}`), 400, 'bad_request');
  }
  expect(await owner.api.get('/groups?q=%F0%9F%98%80+%2B'), 200);
});

test('a 32 KB header is refused, an 8 KB cookie of others is not minded', async () => {
  assert.equal((await raw('/api/v1/me', [`X-Large: ${'x'.repeat(32768)}`])).status, 400);
  assert.equal((await raw('/api/v1/me', [`Cookie: ${'x'.repeat(7000)}=1`])).status, 200);
  assert.ok([200, 400].includes((await raw('/api/v1/me', Array.from({ length: 100 }, (_, i) => `X-H${i}: ${i}`))).status));
});

test('headers that pose as what nginx says are not believed', async () => {
  const guesses = [
    ['X-Forwarded-For: 1.2.3.4', 'X-Real-IP: 1.2.3.4', 'Remote-User: admin', 'Remote_User: admin', 'REMOTE_ADDR: 1.2.3.4'],
    ['Proxy: http://evil.example', 'Request-Method: DELETE', 'Script-Name: /x', 'Path-Info: /api/v1/health', 'Content_Length: 5', 'Request_Uri: /api/v1/health'],
    ['X-HTTP-Method-Override: DELETE', 'X-Original-URL: /api/v1/health', 'X-Rewrite-URL: /api/v1/health'],
  ];
  for (const headers of guesses) {
    const answer = await raw('/api/v1/me', headers);
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.text).id, owner.id);
  }
});

test('requests that nginx and the api could read differently are refused', async () => {
  for (const head of [
    ['POST /api/v1/users HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['POST /api/v1/users HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Content-Length: 6'],
    ['GET /api/v1/me HTTP/1.1', 'Host: x', 'Bad Header: y'],
    ['GET /api/v1/me HTTP/1.1', 'Host: x', 'Host: y'],
  ]) {
    const { status } = await rawHttp(stack, head, '0\r\n\r\n');
    assert.ok([400, 401].includes(status), `${head} ${status}`);
  }
});

test('text that looks like code is text', async () => {
  for (const text of ['%s%s%n', "');--", '../../x', '${jndi:ldap://x}', '<script>alert(1)</script>', '\u202egnp.exe', 'a\r\nSet-Cookie: x=y', 'a\u001b[31m']) {
    const named = await client(stack).post('/users', { username: unique(), password: 'correct horse', display_name: text });
    // A name may not turn the text around it, nor hold control characters.
    if (/[\u0000-\u001f\u202e]/.test(text)) assertProblem(named, 400, 'bad_request');
    else assert.equal(expect(named, 201).user.display_name, text);
    const said = expect(await owner.api.post(messages, { body: text }), 201);
    assert.equal(said.body, text);
  }
});
