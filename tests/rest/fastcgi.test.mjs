// Nonsense on the api's own socket: the connection may end, the service goes on.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { after, test } from 'node:test';
import { client, expect } from '../lib/http.mjs';
import { TYPE, begin, pair, params, record, speak, whole } from '../lib/fastcgi.mjs';
import { crowd } from '../lib/people.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { pool, until, within } from '../lib/wait.mjs';

const stack = await startStack({ set: wide });
after(() => stack.stop());
const socket = stack.socket('api');
const { owner, group } = await crowd(stack, 0);
const { pid } = { pid: stack.pid('api') };

async function serves() {
  expect(await within(5000, client(stack).get('/health'), 'health'), 200);
  expect(await owner.api.post(`/groups/${group.id}/messages`, { body: 'x' }), 201);
  assert.equal(stack.pid('api'), pid);
}

test('the socket is for its owner and group alone', () => {
  assert.equal(fs.statSync(socket).mode & 0o007, 0);
});

test('a proper request by hand is answered', async () => {
  const { text, closed } = await speak(socket, whole(), { idle: 5000 });
  assert.ok(closed);
  assert.match(text, /"status":"ok"/);
  assert.match(text, /X-Request-Id/i);
});

test('a kept connection takes one request after the other', async () => {
  const connection = net.connect(socket);
  let text = '';
  connection.setEncoding('latin1').on('data', (part) => (text += part)).on('error', () => {});
  for (let n = 1; n <= 3; n++) {
    connection.write(whole({ keep: 1 }));
    await until(() => text.split('"status":"ok"').length - 1 === n, { what: `answer ${n}` });
  }
  connection.destroy();
});

test('padding and one-byte records are read like others', async () => {
  const all = params();
  const bytes = Buffer.concat([
    begin(), ...[...all].map((byte) => record(TYPE.PARAMS, Buffer.from([byte]), { padding: 7 })),
    record(TYPE.PARAMS), record(TYPE.STDIN),
  ]);
  assert.match((await speak(socket, bytes, { idle: 3000 })).text, /"status":"ok"/);
  assert.match((await speak(socket, whole({ padding: 255 }), { idle: 3000 })).text, /"status":"ok"/);
});

const longName = pair('A'.repeat(10), 'x', { nameLength: 0x7fffffff });
const longValue = pair('REQUEST_METHOD', 'GET', { valueLength: 0x7fffffff });
const nonsense = {
  'random bytes': crypto.randomBytes(4096),
  'zeros': Buffer.alloc(4096),
  'HTTP': Buffer.from('GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n'),
  'another version': Buffer.concat([begin({ version: 9 }), record(TYPE.PARAMS, params(), { version: 9 })]),
  'an unknown role': Buffer.concat([begin({ role: 77 }), record(TYPE.PARAMS, params()), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'a cut header': begin().subarray(0, 5),
  'a cut record': record(TYPE.PARAMS, params()).subarray(0, 30),
  'params without begin': Buffer.concat([record(TYPE.PARAMS, params()), record(TYPE.PARAMS)]),
  'cut params': Buffer.concat([begin(), record(TYPE.PARAMS, params().subarray(0, 40)), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'a name of 2^31-1 bytes': Buffer.concat([begin(), record(TYPE.PARAMS, longName), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'a value of 2^31-1 bytes': Buffer.concat([begin(), record(TYPE.PARAMS, longValue), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'lengths that sum past 2^32': Buffer.concat([begin(), record(TYPE.PARAMS, pair('A', 'x', { nameLength: 0x7fffffff, valueLength: 0x7fffffff })), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'a length that ends in mid number': Buffer.concat([begin(), record(TYPE.PARAMS, Buffer.from([0x80, 0x00])), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'params of another id': Buffer.concat([begin({ id: 1 }), record(TYPE.PARAMS, params(), { id: 2 }), record(TYPE.PARAMS, '', { id: 2 }), record(TYPE.STDIN, '', { id: 2 })]),
  'id 0': whole({ id: 0 }),
  'two begins': Buffer.concat([begin({ id: 1 }), begin({ id: 2 }), record(TYPE.PARAMS, params())]),
  'an abort at once': Buffer.concat([begin(), record(TYPE.ABORT)]),
  'an abort in the params': Buffer.concat([begin(), record(TYPE.PARAMS, params()), record(TYPE.ABORT)]),
  'an abort in the body': Buffer.concat([begin(), record(TYPE.PARAMS, params({ REQUEST_METHOD: 'POST', REQUEST_URI: '/api/v1/users', CONTENT_TYPE: 'application/json', CONTENT_LENGTH: '100' })), record(TYPE.PARAMS), record(TYPE.STDIN, '{"a":'), record(TYPE.ABORT)]),
  'an unknown type': Buffer.concat([record(200, 'x'.repeat(65535), { padding: 255 }), whole()]),
  'answers instead of questions': Buffer.concat([record(TYPE.STDOUT, 'x'), record(TYPE.END, Buffer.alloc(8))]),
  'no params at all': Buffer.concat([begin(), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'a body longer than told': whole({ REQUEST_METHOD: 'POST', REQUEST_URI: '/api/v1/users', CONTENT_TYPE: 'application/json', body: 'x'.repeat(60000) }),
  'a negative length': Buffer.concat([begin(), record(TYPE.PARAMS, params({ REQUEST_METHOD: 'POST', CONTENT_LENGTH: '-1' })), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'a length of 30 digits': Buffer.concat([begin(), record(TYPE.PARAMS, params({ REQUEST_METHOD: 'POST', CONTENT_LENGTH: '9'.repeat(30) })), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'NUL bytes in params': whole({ REQUEST_URI: '/api/v1/me\0x', HTTP_COOKIE: 'a\0b', REMOTE_ADDR: '\0' }),
  'an address that is none': whole({ REMOTE_ADDR: 'x'.repeat(3000) }),
  'control characters in params': whole({ REQUEST_METHOD: 'GET\r\nX: y', REQUEST_URI: '/api/v1/me\r\nSet-Cookie: a=b', REQUEST_ID: 'x\r\nX-Evil: 1' }),
  '10,000 params': Buffer.concat([begin(), ...Array.from({ length: 200 }, (_, i) => record(TYPE.PARAMS, Buffer.concat(Array.from({ length: 50 }, (_, j) => pair(`P${i}_${j}`, 'v'))))), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'params of 1 MB': Buffer.concat([begin(), ...Array.from({ length: 20 }, (_, i) => record(TYPE.PARAMS, pair(`BIG${i}`, 'v'.repeat(60000)))), record(TYPE.PARAMS), record(TYPE.STDIN)]),
  'an unasked question': record(TYPE.GET_VALUES, pair('FCGI_MAX_CONNS', ''), { id: 0 }),
};

for (const [what, bytes] of Object.entries(nonsense)) {
  test(`${what}: the service goes on`, async () => {
    const answer = await speak(socket, bytes, { end: true });
    assert.ok(!/X-Evil|Set-Cookie: a=b/.test(answer.text));
    await serves();
  });
}

test('every cut of a proper request is survived', async () => {
  const bytes = whole({ REQUEST_METHOD: 'POST', REQUEST_URI: '/api/v1/users', CONTENT_TYPE: 'application/json', body: '{"username":"x"}' });
  const cuts = Array.from({ length: bytes.length }, (_, i) => i).filter((i) => i % 3 === 0);
  await pool(cuts, 16, (at) => speak(socket, bytes.subarray(0, at), { end: true, idle: 100 }));
  await serves();
});

test('a byte flipped anywhere is survived', async () => {
  const bytes = whole();
  await pool(Array.from({ length: bytes.length }, (_, i) => i).filter((i) => i % 2 === 0), 16, (at) => {
    const wrong = Buffer.from(bytes);
    wrong[at] ^= 0xff;
    return speak(socket, wrong, { end: true, idle: 100 });
  });
  await serves();
});

test('300 idle and half-sent connections keep nobody waiting', async () => {
  const idle = Array.from({ length: 300 }, (_, i) => {
    const one = net.connect(socket);
    one.on('error', () => {});
    if (i % 3 === 1) one.write(begin());
    if (i % 3 === 2) one.write(Buffer.concat([begin(), record(TYPE.PARAMS, params().subarray(0, 20))]));
    return one;
  });
  try {
    await within(30000, serves(), 'an answer beside 300 idle connections');
  } finally {
    idle.forEach((one) => one.destroy());
  }
  await serves();
});
