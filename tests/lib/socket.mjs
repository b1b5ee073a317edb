// Two ways to a relay. sdk(): the unmodified npm centrifuge client. Wire: a WebSocket of
// our own over a plain socket, that can also speak wrongly (unmasked, fragmented, announced
// but not sent, any header), and shows every reply and push as it came.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import net from 'node:net';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';
import { closeAtEnd } from './stack.mjs';
import { sleep, until, within } from './wait.mjs';

export const path = '/connection/websocket';

// Reconnects fast, so that tests need not wait for a long back-off.
export function sdk(stack, someone, options = {}) {
  const client = new Centrifuge(`ws://127.0.0.1:${stack.port}${path}`, {
    websocket: WebSocket,
    token: someone?.token ?? '',
    minReconnectDelay: 100,
    maxReconnectDelay: 1000,
    ...options,
  });
  closeAtEnd(() => client.disconnect());
  return client;
}

// A subscription that keeps its events.
export function listen(socket, group, options = {}) {
  const sub = socket.newSubscription(`group:${group.id ?? group}`, options);
  sub.events = [];
  sub.on('publication', (at) => sub.events.push({ ...at.data, offset: at.offset }));
  sub.subscribe();
  return sub;
}

export function disconnected(socket, timeout = 5000) {
  return within(timeout, new Promise((done) => socket.once('disconnected', done)), 'disconnected');
}

// ---- Frames

export const OP = { CONT: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 };

// announce: the length that the header claims, if not the payload's own.
export function frame(payload, { opcode = OP.TEXT, fin = true, rsv = 0, mask = true, announce } = {}) {
  const bytes = Buffer.from(payload);
  const length = announce ?? bytes.length;
  const head = [(fin ? 0x80 : 0) | rsv | opcode];
  const bit = mask ? 0x80 : 0;
  if (length < 126) head.push(bit | length);
  else if (length < 65536) head.push(bit | 126, length >> 8, length & 255);
  else {
    const wide = Buffer.alloc(8);
    wide.writeBigUInt64BE(BigInt(length));
    head.push(bit | 127, ...wide);
  }
  if (!mask) return Buffer.concat([Buffer.from(head), bytes]);
  const key = crypto.randomBytes(4);
  const masked = Buffer.from(bytes.map((byte, i) => byte ^ key[i & 3]));
  return Buffer.concat([Buffer.from(head), key, masked]);
}

export class Wire {
  // where: a stack (through nginx), or { socket } (a relay's own unix socket).
  // headers: over the usual ones; undefined takes one away. Gives a Wire whatever the answer
  // was: .status, .headers, .body; a WebSocket if .status is 101.
  static async open(where, { method = 'GET', target = path, version = '1.1', headers = {}, timeout = 15000, pause = false } = {}) {
    const all = {
      Host: `localhost:${where.port ?? 80}`,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'),
      'Sec-WebSocket-Version': '13',
      ...headers,
    };
    const lines = [`${method} ${target} HTTP/${version}`];
    for (const [name, value] of Object.entries(all)) {
      if (value !== undefined) lines.push(`${name}: ${value}`);
    }
    const socket = net.connect(typeof where.socket === 'string' ? { path: where.socket } : { port: where.port, host: '127.0.0.1' });
    const wire = new Wire(socket);
    closeAtEnd(() => socket.destroy());
    wire.paused = pause;
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    await within(timeout, wire.opened, 'the answer to the upgrade');
    return wire;
  }

  // Open and connected as someone ({ token }), ready for commands.
  // A temporary error is tried again, as every client would: a relay that has just started
  // knows no api yet.
  static async connect(where, someone, options) {
    for (const began = performance.now(); ; await sleep(50)) {
      const wire = await Wire.open(where, options);
      assert.equal(wire.status, 101, wire.body);
      const reply = await wire.ask({ connect: someone ? { token: someone.token } : {} });
      wire.connectReply = reply.connect;
      if (reply.connect) return wire;
      wire.destroy();
      assert.ok(reply.error.temporary && performance.now() - began < 5000, JSON.stringify(reply));
    }
  }

  constructor(socket) {
    this.socket = socket;
    this.bytes = Buffer.alloc(0);
    this.status = 0;
    this.headers = {};
    this.body = '';
    this.nextId = 1;
    this.inbox = []; // parsed replies and pushes nobody took yet
    this.all = []; // all of them, with the time they came
    this.waiting = [];
    this.pings = 0;
    this.autoPong = true;
    this.closed = new Promise((done) => (this.finish = done));
    this.opened = new Promise((done) => (this.answered = done));
    this.close_ = null; // { code, reason }, from a close frame
    socket.on('data', (part) => {
      this.bytes = Buffer.concat([this.bytes, part]);
      if (!this.status) this.readHead();
      if (this.status === 101) this.readFrames();
      else if (this.status) this.body += this.takeAll();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.gone = true;
      this.answered();
      this.finish({ code: 1006, reason: '', ...this.close_, at: performance.now() });
      for (const waiter of this.waiting.splice(0)) waiter();
    });
  }

  takeAll() {
    const text = this.bytes.toString('utf8');
    this.bytes = Buffer.alloc(0);
    return text;
  }

  readHead() {
    const end = this.bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    const lines = this.bytes.subarray(0, end).toString('latin1').split('\r\n');
    this.bytes = this.bytes.subarray(end + 4);
    for (const line of lines.slice(1)) {
      const at = line.indexOf(':');
      this.headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
    }
    this.status = Number(lines[0].split(' ')[1]);
    if (this.status === 101 && this.paused) this.socket.pause();
    this.answered();
  }

  readFrames() {
    for (;;) {
      const b = this.bytes;
      if (b.length < 2) return;
      let length = b[1] & 127;
      let at = 2;
      if (length === 126) {
        if (b.length < 4) return;
        length = b.readUInt16BE(2);
        at = 4;
      } else if (length === 127) {
        if (b.length < 10) return;
        length = Number(b.readBigUInt64BE(2));
        at = 10;
      }
      if (b.length < at + length) return;
      const payload = b.subarray(at, at + length);
      this.bytes = b.subarray(at + length);
      this.takeFrame(b[0], payload);
    }
  }

  takeFrame(first, payload) {
    const opcode = first & 15;
    if (opcode === OP.CLOSE) {
      this.close_ = payload.length >= 2
        ? { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString('utf8') }
        : { code: 1005, reason: '' };
      if (!this.socket.destroyed) {
        this.socket.write(frame(payload.subarray(0, 2), { opcode: OP.CLOSE }));
        this.socket.end();
      }
      return;
    }
    if (opcode === OP.PONG) {
      this.pongs = [...(this.pongs ?? []), payload.toString('latin1')];
      return;
    }
    assert.equal(first & 0x70, 0, 'no extension was agreed');
    assert.equal(opcode, OP.TEXT, 'only whole text frames are expected');
    for (const line of payload.toString('utf8').split('\n')) {
      const message = JSON.parse(line); // a blank line is a fault
      if (Object.keys(message).length === 0) {
        this.pings++;
        this.pingAt = performance.now();
        if (this.autoPong) this.send({});
        continue;
      }
      this.all.push({ message, at: performance.now() });
      this.inbox.push(message);
    }
    for (const waiter of this.waiting.splice(0)) waiter();
  }

  raw(bytes) {
    this.socket.write(bytes);
  }

  // Commands, one or several, in one frame.
  send(...commands) {
    this.raw(frame(commands.map((c) => (typeof c === 'string' ? c : JSON.stringify(c))).join('\n')));
  }

  // The first message that fits, now or later; it is taken out of the inbox.
  async take(fits, { timeout = 5000, what = String(fits) } = {}) {
    return within(timeout, (async () => {
      for (;;) {
        const at = this.inbox.findIndex(fits);
        if (at >= 0) return this.inbox.splice(at, 1)[0];
        if (this.gone) throw new Error(`closed ${JSON.stringify(this.close_)} while waiting for ${what}`);
        await new Promise((done) => this.waiting.push(done));
      }
    })(), what);
  }

  // Sends the command with the next id and gives its reply.
  async ask(command, options) {
    const id = this.nextId++;
    this.send({ id, ...command });
    return this.take((m) => m.id === id, { what: `the reply to ${JSON.stringify(command).slice(0, 200)}`, ...options });
  }

  subscribe(group, more = {}, options) {
    return this.ask({ subscribe: { channel: `group:${group.id ?? group}`, ...more } }, options);
  }

  publish(group, data, options) {
    return this.ask({ publish: { channel: `group:${group.id ?? group}`, data } }, options);
  }

  push(kind, channel, options) {
    return this.take((m) => m.push?.[kind] && (channel === undefined || m.push.channel === channel), {
      what: `a push ${kind} on ${channel}`, ...options,
    });
  }

  // The events of a group that have come so far, in order of arrival.
  events(group) {
    const channel = `group:${group.id ?? group}`;
    return this.all
      .filter(({ message }) => message.push?.channel === channel && message.push.pub)
      .map(({ message }) => message.push.pub);
  }

  // Waits until the group's events include one that fits, and gives its publication.
  event(group, fits, options) {
    return until(() => this.events(group).find((pub) => fits(pub.data, pub)), {
      what: `an event on group:${group.id ?? group}: ${fits}`, ...options,
    });
  }

  // A round trip that is answered only after what was sent before: anything that the relay
  // had for us has come by then.
  async settled() {
    const reply = await this.ask({ rpc: { method: 'none', data: {} } });
    assert.equal(reply.error?.code, 104, JSON.stringify(reply));
  }

  // How the connection ended.
  ended(timeout = 5000) {
    return within(timeout, this.closed, 'the end of the connection');
  }

  async closedWith(code, timeout = 5000) {
    const end = await within(timeout, this.closed, `close ${code}`);
    assert.equal(end.code, code, JSON.stringify(end));
    return end;
  }

  destroy() {
    this.socket.destroy();
  }
}
