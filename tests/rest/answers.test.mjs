// What all answers have in common: health, methods, headers, problems, nginx's own words.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertApiAnswer, assertProblem, client, expect, rawHttp, request } from '../lib/http.mjs';
import { crowd, makeGroup, post, signUp } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const anyone = client(stack);
const { owner, group } = await crowd(stack, 0);

test('health is for anyone', async () => {
  const health = expect(await anyone.get('/health'), 200);
  assert.deepEqual(Object.keys(health).sort(), ['database', 'redis', 'status', 'version']);
  assert.equal(health.status, 'ok');
  assert.equal(health.database, 'ok');
  assert.equal(health.redis, 'ok');
  assert.match(health.version, /^\d+\.\d+/);
});

test('HEAD is GET without a body', async () => {
  for (const path of ['/me', '/health', `/groups/${group.id}`, `/groups/${group.id}/messages`]) {
    const whole = await owner.api.get(path);
    const head = await owner.api.head(path);
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
    assert.equal(head.headers['content-type'], whole.headers['content-type']);
    if (head.headers['content-length']) assert.equal(head.headers['content-length'], String(Buffer.byteLength(whole.text)));
  }
  expect(await anyone.head('/me'), 401);
  expect(await owner.api.head('/groups/abcdefghijk'), 404);
});

for (const [path, allowed] of [
  ['/users', 'OPTIONS POST'],
  ['/sessions', 'GET HEAD OPTIONS POST'],
  ['/me', 'DELETE GET HEAD OPTIONS PATCH'],
  ['/groups', 'GET HEAD OPTIONS POST'],
  [`/groups/${group.id}`, 'DELETE GET HEAD OPTIONS PATCH'],
  ['/health', 'GET HEAD OPTIONS'],
]) {
  test(`another method at ${path.replace(group.id, 'G')} is 405 with Allow, and OPTIONS answers`, async () => {
    const known = allowed.split(' ');
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'FOO']) {
      if (known.includes(method)) continue;
      const answer = await owner.api.call(method, path, ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined);
      assertProblem(answer, 405, 'method_not_allowed');
      const told = answer.headers.allow.split(/, */).sort();
      assert.deepEqual([...new Set([...told, 'OPTIONS'])].sort(), known);
    }
    const options = await anyone.call('OPTIONS', path);
    assert.ok([200, 204].includes(options.status));
    assert.deepEqual(options.headers.allow.split(/, */).filter((m) => m !== 'OPTIONS').sort(), known.filter((m) => m !== 'OPTIONS'));
  });
}

test('TRACE and CONNECT are refused', async () => {
  for (const method of ['TRACE', 'CONNECT']) {
    const { status } = await rawHttp(stack, [`${method} /api/v1/me HTTP/1.1`, 'Host: localhost']);
    assert.ok([400, 405].includes(status), `${method} ${status}`);
  }
});

test('two answers of one kind differ only in their instance', async () => {
  const eve = await signUp(stack);
  const open = await makeGroup(owner, { visibility: 'public' });
  const stranger = eve.api;
  const kinds = {
    401: [() => anyone.get('/me'), () => anyone.get('/groups'), () => anyone.post('/groups', { name: 'x', visibility: 'public' })],
    404: [() => stranger.get(`/groups/${group.id}`), () => stranger.get('/groups/abcdefghijk'), () => stranger.get('/nothing/here'), () => stranger.get('/groups/!')],
    403: [() => stranger.patch(`/groups/${open.id}`, { name: 'x' }), () => stranger.delete(`/groups/${open.id}`)],
  };
  for (const [status, calls] of Object.entries(kinds)) {
    const texts = new Set();
    const instances = new Set();
    for (const call of calls) {
      const answer = await call();
      assertProblem(answer, Number(status));
      texts.add(answer.text.replace(answer.json.instance, ''));
      instances.add(answer.json.instance);
      assert.ok(answer.json.instance.includes(answer.headers['x-request-id']));
    }
    assert.equal(texts.size, 1, [...texts].join('\n'));
    assert.equal(instances.size, calls.length);
  }
});

test("somebody's private group and none at all are alike, byte by byte, on every path", async () => {
  const eve = await signUp(stack);
  const { seq } = await post(owner, group);
  const [{ id }] = expect(await owner.api.get(`/groups/${group.id}/invites`), 200).items;
  const bodies = { POST: { body: 'x' }, PATCH: { name: 'x' }, PUT: { seq: 1 } };
  for (const [method, path, body = bodies[method]] of [
    ['GET', ''], ['PATCH', ''], ['DELETE', ''], ['GET', '/messages'], ['POST', '/messages'], ['GET', `/messages/${seq}`],
    ['GET', '/events'], ['GET', '/events?after=999999'], ['PUT', '/read'], ['GET', '/members'], ['PUT', '/members/me', undefined],
    ['DELETE', '/members/me'], ['PATCH', '/members/me', { notify: 'all' }], ['PATCH', `/members/${owner.id}`, { role: 'admin' }],
    ['DELETE', `/members/${owner.id}`], ['GET', '/bans'], ['PUT', `/bans/${owner.id}`, undefined], ['DELETE', `/bans/${owner.id}`],
    ['GET', '/invites'], ['POST', '/invites', {}], ['DELETE', `/invites/${id}`], ['GET', `/invites/${id}/uses`],
  ]) {
    const foreign = await eve.api.call(method, `/groups/${group.id}${path}`, body);
    const absent = await eve.api.call(method, `/groups/abcdefghijk${path}`, body);
    assertProblem(foreign, 404, 'not_found');
    const text = (a) => a.text.replace(a.json.instance, '');
    assert.equal(text(foreign), text(absent), `${method} ${path}`);
    const headers = ({ headers: { date, 'x-request-id': request_, ...rest } }) => rest;
    assert.deepEqual(headers(foreign), headers(absent), `${method} ${path}`);
  }
});

test('every answer has an id of its own', async () => {
  const ids = new Set();
  for (let i = 0; i < 20; i++) ids.add((await anyone.get('/health')).headers['x-request-id']);
  assert.equal(ids.size, 20);
  const chosen = await anyone.get('/health', { headers: { 'X-Request-Id': 'mine' } });
  assert.notEqual(chosen.headers['x-request-id'], 'mine');
});

test('what nginx itself refuses is problem+json too', async () => {
  const large = await rawHttp(stack, ['POST /api/v1/users HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 99999999']);
  const header = await rawHttp(stack, ['GET /api/v1/me HTTP/1.1', 'Host: localhost', `X-Long: ${'x'.repeat(32768)}`]);
  const length = await rawHttp(stack, ['POST /api/v1/users HTTP/1.1', 'Host: localhost', 'Content-Length: abc']);
  const escape = await rawHttp(stack, ['GET /api/v1/%zz HTTP/1.1', 'Host: localhost']);
  assert.equal(large.status, 413);
  assert.equal(header.status, 400);
  assert.equal(length.status, 400);
  assert.ok([400, 404].includes(escape.status));
  for (const answer of [large, header, length, escape]) {
    assertApiAnswer({ ...answer, json: JSON.parse(answer.text) });
    assert.ok(!/nginx/i.test(answer.text));
    assert.ok(!/nginx\/|[0-9]\.[0-9]/.test(answer.headers.server ?? ''));
  }
});

test('no refusal speaks of SQL, files or libraries', async () => {
  const texts = [];
  for (const path of ["/groups?q='", '/groups?cursor=AAAA', '/groups?cursor=%27', '/groups/%27OR1=1', '/me/groups?limit=99999', `/groups/${group.id}/messages?after=%00`]) {
    texts.push((await owner.api.get(path)).text);
  }
  texts.push((await anyone.post('/users', undefined, { raw: '{"a' })).text);
  for (const text of texts) assert.ok(!/sqlite|select |json-c|json_|\.c:|\/work|\/tmp|errno|segfault/i.test(text), text);
});

test('an unknown or foreign cursor is 400', async () => {
  const made = [];
  for (let i = 0; i < 3; i++) made.push(await makeGroup(owner));
  const { next } = expect(await owner.api.get('/me/groups?limit=1'), 200);
  for (const cursor of ['x', '%00', 'AAAA====', `${next}x`, encodeURIComponent('{"a":1}'), '-'.repeat(3000)]) {
    const answer = await owner.api.get(`/me/groups?cursor=${cursor}`);
    assertProblem(answer, 400, 'bad_request');
    assert.deepEqual(answer.json.errors.map((error) => error.field), ['cursor']);
  }
});

test('static pages bear the security headers, their errors too', async () => {
  for (const path of ['/', '/nothing.js', '/.git/config', '/g/x', '/%2e%2e/etc/passwd']) {
    const answer = await request(stack.url + path, { headers: { Accept: 'text/html' } });
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', path);
    assert.match(answer.headers['content-security-policy'] ?? '', /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.ok(answer.headers['referrer-policy'], path);
    assert.ok(answer.headers['cross-origin-opener-policy'], path);
    assert.ok(answer.headers['permissions-policy'], path);
  }
});
