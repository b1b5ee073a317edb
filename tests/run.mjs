// Runs the suites: node tests/run.mjs [--full] [NAME…]
//
// A suite is a folder here with *.test.mjs files, or `unit`: the cmocka programs that
// `make check` builds. A NAME is a suite, part of a file's path, or part of a test's name;
// without one all suites run. MOOTHALL_BUILD says where the programs are (default: build).
// The last line is "N passed, N failed"; the exit status is 0 only if nothing failed and
// every NAME matched something.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { run, startStack, top, wide } from './lib/stack.mjs';
import { pool } from './lib/wait.mjs';

const here = path.join(top, 'tests');
const programs = path.resolve(process.env.MOOTHALL_BUILD ?? path.join(top, 'build'));
process.env.MOOTHALL_BUILD = programs;

// Quick ones first; what is not named here follows by name.
const order = ['structure', 'unit', 'rest', 'realtime', 'web', 'races', 'faults'];
const parallel = { rest: 3, realtime: 2 }; // files at once; the others measure time
const shares = new Set(['rest', 'realtime', 'web']); // suites whose files use one stack
const minutes = { default: 5, full: 30 }; // a file that takes longer hangs

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const full = args.includes('--full');
if (full) process.env.MOOTHALL_FULL = '1';
const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--full');
if (unknown) {
  console.error(`unknown option ${unknown}`);
  process.exit(2);
}

function findSuites() {
  const found = new Map([['unit', findUnitTests()]]);
  for (const entry of fs.readdirSync(here, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const files = fs
      .readdirSync(path.join(here, entry.name))
      .filter((name) => name.endsWith('.test.mjs'))
      .sort()
      .map((name) => path.join('tests', entry.name, name));
    if (files.length > 0) found.set(entry.name, files);
  }
  const rank = (name) => (order.indexOf(name) + 1 || order.length + 1);
  return [...found].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

function findUnitTests() {
  const folder = path.join(here, 'unit');
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => /^test_\w+\.c$/.test(name))
    .sort()
    .map((name) => path.join('tests', 'unit', name.replace(/\.c$/, '')));
}

// What to run of a suite: [{ file, pattern? }]; and marks the names that matched.
function select(suite, files, matched) {
  if (names.length === 0) return files.map((file) => ({ file }));
  const chosen = [];
  for (const file of files) {
    const text = () => sourceOf(suite, file);
    const whole = names.filter((name) => name === suite || (!isSuite(name) && file.includes(name)));
    const parts = names.filter((name) => !whole.includes(name) && !isSuite(name) && (text().includes(name) || isMade(name)));
    for (const name of whole) matched.add(name);
    if (whole.length > 0) chosen.push({ file });
    else if (parts.length > 0) chosen.push({ file, parts });
  }
  return chosen;
}

// ---- One file

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function tell(tally, { name, state, error }, file) {
  if (state === 'skip') return;
  tally[state === 'pass' ? 'passed' : 'failed']++;
  if (state === 'fail') {
    console.log(`  FAILED ${file}: ${name}`);
    console.log(String(error ?? '').split('\n').map((line) => `      ${line}`).join('\n'));
  }
}

async function runNode({ file, parts }, tally, matched) {
  const options = ['--test-reporter', path.join(here, 'lib', 'reporter.mjs')];
  for (const part of parts ?? []) options.push('--test-name-pattern', escape(part));
  const child = spawn(process.execPath, [...options, file], { cwd: top, stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = (full ? minutes.full : minutes.default) * 60000;
  const timer = setTimeout(() => child.kill('SIGTERM'), limit);
  let rest = '';
  let noise = '';
  let ran = 0;
  let failed = 0;
  const take = (line) => {
    let result;
    try {
      result = JSON.parse(line);
    } catch {
      noise += `${line}\n`;
      return;
    }
    if (result.state !== 'skip') ran++;
    if (result.state === 'fail') failed++;
    for (const name of names) if (result.name?.includes(name) && result.state !== 'skip') matched.add(name);
    tell(tally, result, file);
  };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    lines.forEach(take);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (noise += text));
  const { code, signal } = await new Promise((done) => child.on('close', (c, s) => done({ code: c, signal: s })));
  clearTimeout(timer);
  if (rest) take(rest);
  const nothing = ran === 0 && !parts;
  if ((code !== 0 && failed === 0) || nothing) {
    tell(tally, { name: 'the file as a whole', state: 'fail', error: `exit ${code ?? signal}\n${noise}` }, file);
  } else if (failed > 0 && noise.trim()) {
    console.log(noise.split('\n').map((line) => `      ${line}`).join('\n'));
  }
}

async function runUnit({ file, parts }, tally, matched) {
  const program = path.join(programs, file);
  const done = await run(program, [], {
    cwd: programs,
    env: { ...process.env, CMOCKA_MESSAGE_OUTPUT: 'TAP', UBSAN_OPTIONS: 'print_stacktrace=1' },
  }).catch((error) => ({ code: 127, stdout: '', stderr: error.message }));
  let failed = 0;
  let count = 0;
  for (const [, not, name] of done.stdout.matchAll(/^(not )?ok \d+ - (.*)$/gm)) {
    if (parts && !parts.some((part) => name.includes(part))) continue;
    for (const part of parts ?? []) if (name.includes(part)) matched.add(part);
    count++;
    if (not) failed++;
    const error = not ? `${done.stdout}\n${done.stderr}` : '';
    tell(tally, { name, state: not ? 'fail' : 'pass', error }, file);
  }
  if ((done.code !== 0 && failed === 0) || (count === 0 && !parts)) {
    tell(tally, { name: 'the program as a whole', state: 'fail', error: `exit ${done.code ?? done.signal}\n${done.stdout}${done.stderr}` }, file);
  }
}

// ---- Suites

async function runSuite(suite, chosen, matched) {
  const tally = { passed: 0, failed: 0 };
  const began = Date.now();
  let stack;
  if (shares.has(suite)) {
    try {
      stack = await startStack({ relays: 2, set: wide });
    } catch (error) {
      tell(tally, { name: 'the shared stack', state: 'fail', error: error.message }, suite);
      return tally;
    }
    const { port, state, programs: from } = stack;
    process.env.MOOTHALL_STACK = JSON.stringify({ port, state, programs: from });
  }
  if (suite === 'unit') {
    const built = await run('make', ['-s', '-C', programs, 'check', 'TESTS=']);
    if (built.code !== 0) {
      tell(tally, { name: 'building', state: 'fail', error: built.stderr.slice(-4000) }, suite);
      return tally;
    }
    await pool(chosen, 2, (one) => runUnit(one, tally, matched));
  } else {
    await pool(chosen, parallel[suite] ?? 1, (one) => runNode(one, tally, matched));
  }
  if (stack) {
    delete process.env.MOOTHALL_STACK;
    try {
      await stack.stop();
      tell(tally, { name: 'no daemon complained', state: 'pass' }, suite);
    } catch (error) {
      tell(tally, { name: 'no daemon complained', state: 'fail', error: error.message }, suite);
    }
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`${suite}: ${tally.passed} passed, ${tally.failed} failed (${seconds} s)`);
  return tally;
}

const suites = findSuites();
const sourceOf = (suite, file) => fs.readFileSync(path.join(top, suite === 'unit' ? `${file}.c` : file), 'utf8');
// A name that stands in no file is made at run time, as in a loop: any file may have it.
const isMade = (name) => !suites.some(([suite, files]) =>
  files.some((file) => file.includes(name) || sourceOf(suite, file).includes(name)));
const isSuite = (name) => suites.some(([suite]) => suite === name);
const total = { passed: 0, failed: 0 };
const matched = new Set();
for (const [suite, files] of suites) {
  const chosen = select(suite, files, matched);
  if (chosen.length === 0) continue;
  const { passed, failed } = await runSuite(suite, chosen, matched);
  total.passed += passed;
  total.failed += failed;
}
for (const name of names) {
  if (matched.has(name)) continue;
  console.log(`nothing matches ${name}`);
  total.failed++;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);
