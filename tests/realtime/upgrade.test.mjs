// The handshake: what gets 101, and what does not, through nginx and on a relay's own socket.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Wire } from '../lib/socket.mjs';
import { sharedStack } from '../lib/stack.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const ways = { nginx: stack, 'a relay itself': { socket: stack.socket('relay-1') } };

const refused = {
  'POST': { method: 'POST', headers: { 'Content-Length': '0' } },
  'HEAD': { method: 'HEAD' },
  'HTTP/1.0': { version: '1.0' },
  'no Upgrade': { headers: { Upgrade: undefined } },
  'another Upgrade': { headers: { Upgrade: 'foo' } },
  'a list of Upgrades with h2c': { headers: { Upgrade: 'h2c, websocket' } },
  'h2c': { headers: { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' } },
  'h2c, disguised': { headers: { Upgrade: 'H2C', Connection: 'upgrade, http2-settings', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' } },
  'no Connection': { headers: { Connection: undefined } },
  'Connection: close': { headers: { Connection: 'close' } },
  'no version': { headers: { 'Sec-WebSocket-Version': undefined } },
  'version 8': { headers: { 'Sec-WebSocket-Version': '8' } },
  'version 131': { headers: { 'Sec-WebSocket-Version': '131' } },
};

for (const [way, where] of Object.entries(ways)) {
  for (const [what, how] of Object.entries(refused)) {
    test(`${what} is 426 through ${way}`, async () => {
      const wire = await Wire.open(where, how);
      // Debian 12's libwebsockets answers an Upgrade that it doesn't know by itself, with 403.
      const unknown = way !== 'nginx' && /^(another|a list)/.test(what);
      assert.ok(wire.status === 426 || (unknown && wire.status === 403), `${wire.status} ${wire.body}`);
      assert.notEqual(wire.headers.upgrade, 'h2c');
      wire.destroy();
    });
  }

  test(`a foreign Origin is 403 through ${way}, with or without a cookie`, async () => {
    for (const Origin of ['https://evil.example', 'null', `${stack.publicUrl}.evil.example`, stack.publicUrl.replace('http', 'https'), 'http://localhost', `${stack.publicUrl}/`]) {
      for (const Cookie of [undefined, `moothall_session=${'a'.repeat(43)}`]) {
        const wire = await Wire.open(where, { headers: { Origin, Cookie } });
        assert.equal(wire.status, 403, `${Origin} ${wire.body}`);
        wire.destroy();
      }
    }
  });

  test(`the Host decides nothing through ${way}`, async () => {
    const wire = await Wire.open(where, { headers: { Host: 'evil.example', Origin: 'http://evil.example' } });
    assert.equal(wire.status, 403);
    wire.destroy();
  });

  test(`own origins, none, and a list in Connection are 101 through ${way}`, async () => {
    for (const headers of [{}, { Origin: stack.publicUrl }, { Origin: stack.url }, { Connection: 'keep-alive, Upgrade' }, { Upgrade: 'WebSocket' }]) {
      const wire = await Wire.open(where, { headers });
      assert.equal(wire.status, 101, wire.body);
      wire.destroy();
    }
  });

  test(`centrifuge-json is agreed on, Protobuf is not, through ${way}`, async () => {
    const json = await Wire.open(where, { headers: { 'Sec-WebSocket-Protocol': 'centrifuge-json' } });
    assert.equal(json.status, 101);
    assert.equal(json.headers['sec-websocket-protocol'], 'centrifuge-json');
    json.destroy();
    const binary = await Wire.open(where, { headers: { 'Sec-WebSocket-Protocol': 'centrifuge-protobuf' } });
    assert.notEqual(binary.status, 101);
    binary.destroy();
  });

  test(`no compression is agreed on through ${way}`, async () => {
    const wire = await Wire.open(where, { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' } });
    assert.equal(wire.status, 101);
    assert.equal(wire.headers['sec-websocket-extensions'], undefined);
    wire.destroy();
  });
}

test('426 from nginx is problem+json, and names what it wants', async () => {
  const wire = await Wire.open(stack, { headers: { Upgrade: 'foo', Connection: 'close' } });
  await wire.ended();
  assert.match(wire.headers['content-type'], /^application\/problem\+json/);
  assert.equal(JSON.parse(wire.body).code, 'upgrade_required');
  assert.match(wire.headers.upgrade ?? '', /websocket/);
});

test('a plain GET of the relay is no page', async () => {
  for (const target of ['/', '/index.html', '/connection/websocket/../../etc/passwd', '/api/v1/health']) {
    const wire = await Wire.open(ways['a relay itself'], { target, headers: { Upgrade: undefined, Connection: 'close' } });
    assert.ok(wire.status === 0 || wire.status >= 400, `${target} ${wire.status}`);
    wire.destroy();
  }
});

test('a refused upgrade on a kept connection, then another, is survived', async () => {
  const { exchange } = await import('../lib/http.mjs');
  const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const foo = 'GET /connection/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n';
  for (let i = 0; i < 20; i++) {
    await exchange({ path: stack.socket('relay-1') }, Buffer.from(get + foo + foo), { end: true }).catch(() => {});
  }
  const wire = await Wire.open(ways['a relay itself']);
  assert.equal(wire.status, 101);
  wire.destroy();
});
