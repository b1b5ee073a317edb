// What group commit gains, over nginx and all: with fsync slowed to 5 ms, how many durable
// posts a second 64 clients reach together, and how many one alone; and without the delay,
// how far a lone client's median is above the median of an fsync on the same disk.
//
//   node tests/bench/group_commit.mjs        prints the figures, exits 1 below the promise
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { guest, invite, makeGroup, signUp } from '../lib/people.mjs';
import { run, startStack, top, wide } from '../lib/stack.mjs';

const FSYNC_MS = 5;
const CLIENTS = 64;
const SECONDS = 5;

const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];

// Posts one after the other until the end, on one connection; the time of each in ms. Bare
// sockets: the client is to take as little as can be of the cores that it shares.
function postUntil(stack, token, group, end) {
  const body = JSON.stringify({ body: 'a message of a usual length, about one line of text' });
  const request = Buffer.from(`POST /api/v1/groups/${group.id}/messages HTTP/1.1\r\n` +
    `Host: 127.0.0.1:${stack.port}\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const times = [];
  return new Promise((done, fail) => {
    const socket = net.connect(stack.port, '127.0.0.1');
    let began;
    let answer = '';
    const post = () => {
      answer = '';
      began = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('connect', post).on('error', fail);
    socket.on('data', (text) => {
      answer += text;
      // The answer's JSON ends so, whether it comes in chunks or by its length.
      if (!answer.includes('"reactions":[]}')) {
        if (!answer.startsWith('HTTP/1.1 201')) fail(new Error(answer));
        return;
      }
      if (/\r\ntransfer-encoding/i.test(answer) && !answer.endsWith('0\r\n\r\n')) return;
      times.push(performance.now() - began);
      if (performance.now() < end) post();
      else {
        socket.destroy();
        done(times);
      }
    });
  });
}

// Seconds of CPU that a daemon has used, with its children (nginx's workers).
function cpuSeconds(pid) {
  const ticks = (one) => {
    const fields = fs.readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...children.split(' ').filter(Boolean)].map(ticks).reduce((a, b) => a + b) / 100;
}

async function measure(stack, people, group) {
  const names = ['api', 'nginx', 'redis', 'relay-1'];
  const cpu = () => names.map((name) => cpuSeconds(stack.pid(name)));
  const before = cpu();
  const end = performance.now() + SECONDS * 1000;
  const times = (await Promise.all(people.map(({ token }) => postUntil(stack, token, group, end)))).flat();
  const after = cpu();
  const spent = names.map((name, i) =>
    `${name} ${(((after[i] - before[i]) / times.length) * 1e6).toFixed(0)}`);
  return { perSecond: times.length / SECONDS, median: median(times), spent: spent.join(', ') };
}

async function withStack(env, work) {
  const stack = await startStack({ set: wide, env });
  try {
    const owner = await signUp(stack);
    const group = await makeGroup(owner);
    const { code } = await invite(owner, group);
    const people = [];
    for (let i = 0; i < CLIENTS; i++) people.push(await guest(stack, code));
    return await work(stack, people, group);
  } finally {
    await stack.stop();
  }
}

// What SQLite does for a commit, as near as can be: some KB appended, then fdatasync.
function fsyncMedian(folder) {
  const file = path.join(folder, 'fsync-probe');
  const fd = fs.openSync(file, 'w');
  const bytes = Buffer.alloc(4096 * 4, 1);
  const times = [];
  for (let i = 0; i < 300; i++) {
    fs.writeSync(fd, bytes);
    const began = performance.now();
    fs.fdatasyncSync(fd);
    times.push(performance.now() - began);
  }
  fs.closeSync(fd);
  fs.rmSync(file);
  return median(times);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moothall-bench-'));
const shim = path.join(folder, 'slow_fsync.so');
const built = await run('cc', ['-O2', '-shared', '-fPIC', '-D_GNU_SOURCE', '-o', shim,
  path.join(top, 'tests/shim/slow_fsync.c'), '-ldl']);
assert.equal(built.code, 0, built.stderr);

let good = true;
try {
  const slow = { LD_PRELOAD: shim, MOOTHALL_FSYNC_MS: String(FSYNC_MS) };
  await withStack(slow, async (stack, people, group) => {
    const one = await measure(stack, people.slice(0, 1), group);
    const many = await measure(stack, people, group);
    const gain = many.perSecond / one.perSecond;
    good &&= gain >= 20;
    console.log(`fsync +${FSYNC_MS} ms: one client ${one.perSecond.toFixed(0)}/s, ` +
      `${CLIENTS} clients ${many.perSecond.toFixed(0)}/s: ${gain.toFixed(1)} times (at least 20)`);
    console.log(`  µs of CPU a post: ${many.spent}`);
  });
  await withStack({}, async (stack, people, group) => {
    const one = await measure(stack, people.slice(0, 1), group);
    const disk = fsyncMedian(stack.file('data'));
    const over = one.median - disk;
    good &&= over <= 1;
    console.log(`alone: median ${one.median.toFixed(2)} ms, fsync ${disk.toFixed(2)} ms: ` +
      `${over.toFixed(2)} ms above it (at most 1)`);
  });
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(good ? 0 : 1);
