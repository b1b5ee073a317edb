// A real Moothall for tests: nginx, api, Redis and relays, run by ./dev up in a state
// directory of its own on a free port. The programs come from the directory in
// MOOTHALL_BUILD (./dev check sets it), or are built by ./dev.
//
//   const stack = await startStack({ relays: 2, set: { registration: 'closed' } });
//   …
//   await stack.stop();   // throws when a daemon died by itself or a sanitizer spoke
//
// sharedStack() is for files that need nothing special: under the runner they all talk to
// one stack (MOOTHALL_STACK), started alone they start one.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './wait.mjs';

export const top = fileURLToPath(new URL('../..', import.meta.url));
const dev = path.join(top, 'dev');

// Limits that no test meets by accident; those of the limits tests are set there.
export const wide = {
  limit_messages: '100000/s:100000',
  limit_requests: '100000/s:100000',
  limit_signups: '100000/s:100000',
  limit_signin_account: '100000/s:100000',
  limit_signin_address: '100000/s:100000',
  limit_invites: '100000/s:100000',
  limit_groups: '100000/s:100000',
  limit_sockets: '10000',
  limit_handshakes: '100000/s:100000',
  limit_commands: '100000/s:100000',
  workers: '240',
  write_waiters: '200',
};

const faults =
  /ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|Sanitizer:DEADLYSIGNAL|runtime error:|Assertion .* failed|stack smashing detected|buffer overflow detected/;

// What a test may leave open when it fails (sockets, clients); closed when its stack stops,
// or the process would never end.
const open = new Set();
export const closeAtEnd = (close) => open.add(close);

export function freePort() {
  return new Promise((done, fail) => {
    const server = net.createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// What a process printed, and how it ended.
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

export class Stack {
  constructor({ port, state, output = '', programs }) {
    this.port = port;
    this.state = state;
    this.output = output; // what ./dev up printed
    this.programs = programs ?? process.env.MOOTHALL_BUILD ?? path.join(top, 'build');
    this.url = `http://127.0.0.1:${port}`;
    this.publicUrl = `http://localhost:${port}`;
    this.api = `${this.url}/api/v1`;
    this.expectedDeaths = {};
    this.stopped = false;
  }

  file(...names) {
    return path.join(this.state, ...names);
  }

  socket(name) {
    return this.file('run', `${name}.sock`);
  }

  // The daemon's own pid: redis, api, nginx, relay-1, relay-2 …
  pid(name) {
    return Number(fs.readFileSync(this.file('run', `${name}.pid`), 'utf8'));
  }

  relays() {
    return fs
      .readdirSync(this.file('run'))
      .filter((name) => /^relay-\d+\.pid$/.test(name))
      .map((name) => name.replace('.pid', ''))
      .sort();
  }

  // Sends the signal; a death that follows is expected.
  kill(name, signal = 'SIGKILL') {
    const pid = this.pid(name);
    if (!['SIGSTOP', 'SIGCONT'].includes(signal)) {
      this.expectedDeaths[name] = (this.expectedDeaths[name] ?? 0) + 1;
    }
    process.kill(pid, signal);
    return pid;
  }

  log(name) {
    try {
      return fs.readFileSync(this.file('log', `${name}.log`), 'utf8');
    } catch {
      return '';
    }
  }

  logs() {
    return Object.fromEntries(
      fs.readdirSync(this.file('log')).map((name) => [
        name, fs.readFileSync(this.file('log', name), 'utf8'),
      ]),
    );
  }

  async redisCli(...args) {
    const done = await run('redis-cli', ['-s', this.socket('redis'), ...args.flat()]);
    if (done.code !== 0) throw new Error(`redis-cli: ${done.stderr || done.stdout}`);
    return done.stdout.trimEnd();
  }

  async ctl(...args) {
    return run(path.join(this.programs, 'moothall-ctl'), [
      '--config', this.file('moothall.conf'), ...args.flat(),
    ]);
  }

  async sqlite(sql) {
    const done = await run('sqlite3', ['-batch', this.file('data', 'moothall.db'), sql]);
    if (done.code !== 0) throw new Error(`sqlite3: ${done.stderr}`);
    return done.stdout.trimEnd();
  }

  async health() {
    const answer = await fetch(`${this.api}/health`);
    return { status: answer.status, ...(await answer.json()) };
  }

  healthy(timeout = 10000) {
    return until(async () => (await this.health()).status === 'ok', { timeout, what: 'health is ok' });
  }

  // Deaths that no test caused, and what sanitizers said.
  complaints() {
    const found = [];
    for (const [name, text] of Object.entries(this.logs())) {
      const at = text.search(faults);
      if (at >= 0) found.push(`${name}: ${text.slice(Math.max(0, at - 200), at + 4000)}`);
    }
    const died = {};
    for (const [, name] of this.log('dev').matchAll(/^\S+ (\S+) ended; again/gm)) {
      died[name] = (died[name] ?? 0) + 1;
    }
    for (const [name, count] of Object.entries(died)) {
      if (count > (this.expectedDeaths[name] ?? 0)) {
        found.push(`${name} died by itself:\n${this.log(name).slice(-3000)}`);
      }
    }
    return found;
  }

  // Stops it, and starts it with other settings on the same data.
  async again(set = {}) {
    const down = await run(dev, ['down', '--state', this.state]);
    const args = ['up', '--detach', '--port', String(this.port), '--state', this.state, '--relays', '1'];
    for (const [name, value] of Object.entries(set)) args.push('--set', `${name}=${value}`);
    const up = await run(dev, args, { env: this.environment, cwd: top });
    if (up.code !== 0) throw new Error(`${down.stderr}${up.stdout}${up.stderr}`);
  }

  async stop() {
    for (const close of open) close();
    open.clear();
    if (this.stopped) return;
    this.stopped = true;
    const down = await run(dev, ['down', '--state', this.state]);
    const found = this.complaints();
    if (down.code !== 0) found.push(`./dev down: ${down.stdout}${down.stderr}`);
    if (found.length > 0) throw new Error(`${this.state}\n${found.join('\n\n')}`);
    if (!process.env.MOOTHALL_KEEP) fs.rmSync(this.state, { recursive: true, force: true });
  }

  stopNow() {
    if (this.stopped) return;
    this.stopped = true;
    spawnSync(dev, ['down', '--state', this.state], { stdio: 'ignore' });
  }
}

// set: settings over ./dev's own. points: what MOOTHALL_POINTS says. build: where the
// programs are. env: more environment for the daemons.
export async function startStack({ port, relays = 1, set = {}, build, env = {}, points } = {}) {
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const state = fs.mkdtempSync(path.join(os.tmpdir(), 'moothall-'));
    const args = ['up', '--detach', '--port', chosen, '--state', state, '--relays', relays];
    for (const [name, value] of Object.entries(set)) args.push('--set', `${name}=${value}`);
    const environment = { UBSAN_OPTIONS: 'print_stacktrace=1', ...process.env, ...env };
    delete environment.NODE_TEST_CONTEXT;
    if (build) environment.MOOTHALL_BUILD = build;
    if (points) environment.MOOTHALL_POINTS = points;
    const up = await run(dev, args.map(String), { env: environment, cwd: top });
    if (up.code === 0) {
      const stack = new Stack({ port: chosen, state, output: up.stdout, programs: build });
      stack.environment = environment;
      process.on('exit', () => stack.stopNow());
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
      return stack;
    }
    if (port !== undefined || attempt === 3 || !/is taken/.test(up.stderr)) {
      throw new Error(`./dev up failed in ${state}:\n${up.stdout}${up.stderr}`);
    }
  }
}

// One stack for many files, with wide limits. Its stop() leaves a shared one running.
export async function sharedStack() {
  const shared = process.env.MOOTHALL_STACK;
  if (!shared) return startStack({ relays: 2, set: wide });
  const stack = new Stack(JSON.parse(shared));
  stack.stopped = true;
  return stack;
}
