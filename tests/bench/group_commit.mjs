// What group commit gains, over nginx and all: with fsync slowed to 5 ms, how many durable
// posts a second 64 clients reach together, and how many one alone; and without the delay,
// how far a lone client's median is above the median of an fsync on the same disk.
//
//   node tests/bench/group_commit.mjs        prints the figures, exits 1 below the promise
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { guest, invite, makeGroup, signUp } from '../lib/people.mjs';
import { run, startStack, top, wide } from '../lib/stack.mjs';

const FSYNC_MS = 5;
const CLIENTS = 64;
const SECONDS = 5;

const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];

// Posts one after the other until the end, on one connection; the time of each in ms.
async function postUntil(stack, token, group, end) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const body = JSON.stringify({ body: 'a message of a usual length, about one line of text' });
  const times = [];
  const post = () => new Promise((done, fail) => {
    const request = http.request(`${stack.api}/groups/${group.id}/messages`, {
      method: 'POST',
      agent,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      },
    }, (answer) => {
      answer.resume();
      answer.on('end', () => done(answer.statusCode));
    });
    request.on('error', fail);
    request.end(body);
  });
  while (performance.now() < end) {
    const began = performance.now();
    assert.equal(await post(), 201);
    times.push(performance.now() - began);
  }
  agent.destroy();
  return times;
}

async function measure(stack, people, group) {
  const end = performance.now() + SECONDS * 1000;
  const times = (await Promise.all(people.map(({ token }) => postUntil(stack, token, group, end)))).flat();
  return { perSecond: times.length / SECONDS, median: median(times) };
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
