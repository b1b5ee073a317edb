// A tiny HTTP client that hides nothing: no cookies, no redirects, no retries, a connection
// a request. Every answer of the api is held to what all of them promise.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { within } from './wait.mjs';

const problemMembers = ['type', 'title', 'status', 'code', 'detail', 'instance'];

// → { status, headers, text, json, setCookies }
export function request(url, { method = 'GET', headers = {}, body, socketPath } = {}) {
  return within(30000, new Promise((done, fail) => {
    const target = new URL(url);
    const outgoing = http.request({
      host: target.hostname,
      port: target.port,
      path: url.slice(target.origin.length) || '/', // as written, not normalised
      socketPath,
      method,
      headers,
      agent: false,
    }, (incoming) => {
      const parts = [];
      incoming.on('data', (part) => parts.push(part));
      incoming.on('error', fail);
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        let json;
        if (/[/+]json/.test(incoming.headers['content-type'] ?? '') && text !== '') {
          try {
            json = JSON.parse(text);
          } catch {
            fail(new Error(`not JSON: ${text.slice(0, 300)}`));
            return;
          }
        }
        done({
          status: incoming.statusCode,
          headers: incoming.headers,
          setCookies: incoming.headers['set-cookie'] ?? [],
          text,
          json,
        });
      });
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  }), `${method} ${url}`);
}

// What every answer under /api/v1 promises. `fromNginx` answers need no request id of the api.
export function assertApiAnswer(answer, method = 'GET') {
  const { status, headers, json, text } = answer;
  const said = `${status} ${JSON.stringify(headers)} ${text.slice(0, 500)}`;
  assert.equal(headers['cache-control'], 'no-store', said);
  assert.equal(headers['x-content-type-options'], 'nosniff', said);
  assert.ok(headers['x-request-id'], said);
  assert.ok(!/html/.test(headers['content-type'] ?? ''), said);
  if (status >= 400 && method !== 'HEAD') assertProblem(answer);
  if (status === 204) assert.equal(text, '', said);
  if (json !== undefined && status < 400) assert.match(headers['content-type'], /^application\/json/);
}

// RFC 9457, with the members of every problem of ours.
export function assertProblem(answer, status, code) {
  const said = `${answer.status} ${answer.text.slice(0, 600)}`;
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/, said);
  for (const member of problemMembers) assert.ok(member in answer.json, `${member} is missing: ${said}`);
  assert.equal(answer.json.status, answer.status, said);
  for (const member of Object.keys(answer.json)) {
    assert.ok([...problemMembers, 'errors'].includes(member), `member ${member}: ${said}`);
  }
  for (const error of answer.json.errors ?? []) {
    assert.equal(typeof error.field, 'string', said);
    assert.equal(typeof error.message, 'string', said);
  }
  if ([429, 503].includes(answer.status)) assert.match(answer.headers['retry-after'] ?? '', /^\d+$/, said);
  if (status !== undefined) assert.equal(answer.status, status, said);
  if (code !== undefined) assert.equal(answer.json.code, code, said);
}

// Calls of one caller: client(stack, { bearer | cookie, headers }).
//   await c.get('/me'); await c.post('/groups', { … }); await c.call('PUT', path, body, { headers })
// With expected: true|number the answer must have that status (default: any).
export function client(stack, { bearer, cookie, origin, headers: always = {} } = {}) {
  const base = stack.api;
  const fixed = { ...always };
  if (bearer !== undefined) fixed.Authorization = `Bearer ${bearer}`;
  if (cookie !== undefined) fixed.Cookie = `moothall_session=${cookie}`;
  if (origin !== undefined) fixed.Origin = origin;

  async function call(method, path, body, { headers = {}, raw, check = true } = {}) {
    const all = { ...fixed, ...headers };
    let bytes = raw;
    if (raw === undefined && body !== undefined) bytes = Buffer.from(JSON.stringify(body));
    if (bytes !== undefined) {
      if (!Object.keys(all).some((name) => name.toLowerCase() === 'content-type')) {
        all['Content-Type'] = 'application/json';
      }
      all['Content-Length'] ??= Buffer.byteLength(bytes);
    }
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
    const answer = await request(base + path, { method, headers: all, body: bytes });
    if (check) assertApiAnswer(answer, method);
    return answer;
  }

  const verb = (method) => (path, body, options) => call(method, path, body, options);
  return {
    call,
    get: (path, options) => call('GET', path, undefined, options),
    head: (path, options) => call('HEAD', path, undefined, options),
    post: verb('POST'),
    put: verb('PUT'),
    patch: verb('PATCH'),
    delete: verb('DELETE'),
  };
}

// The answer, if it has that status (and, of a refusal, that code).
export function expect(answer, status, code) {
  const said = `${answer.status} ${answer.text.slice(0, 800)}`;
  assert.equal(answer.status, status, said);
  if (code !== undefined) assert.equal(answer.json?.code, code, said);
  return answer.json;
}

// Bytes to a TCP port or unix socket, and all that comes back until the other side closes.
export function exchange(where, bytes, { timeout = 15000, end = false } = {}) {
  return within(timeout, new Promise((done, fail) => {
    const socket = net.connect(where);
    const parts = [];
    socket.on('data', (part) => parts.push(part));
    socket.on('error', (error) => (parts.length > 0 ? done(Buffer.concat(parts)) : fail(error)));
    socket.on('close', () => done(Buffer.concat(parts)));
    socket.write(bytes);
    if (end) socket.end();
  }), 'the connection to be closed');
}

// A raw HTTP/1.1 request text through nginx; adds Connection: close.
export async function rawHttp(stack, head, body = '') {
  const text = await exchange(
    { port: stack.port, host: '127.0.0.1' },
    Buffer.concat([
      Buffer.from(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n`, 'latin1'),
      Buffer.from(body),
    ]),
  );
  const all = text.toString('utf8');
  const [top, ...rest] = all.split('\r\n\r\n');
  const lines = top.split('\r\n');
  return {
    status: Number(lines[0].split(' ')[1]),
    headers: Object.fromEntries(lines.slice(1).map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    })),
    text: rest.join('\r\n\r\n'),
  };
}
