// What holds for every source file: its size, and what its language forbids here.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { sources, top } from '../lib/sources.mjs';

const read = (file) => fs.readFileSync(path.join(top, file), 'utf8');
const c = sources(['lib', 'api', 'relay', 'ctl', 'tests'], ['.c', '.h']);
const daemons = c.filter((file) => !file.startsWith('tests/'));
const all = [
  ...c,
  ...sources(['sql', 'tests', 'www'], ['.sql', '.mjs', '.ts', '.tsx', '.css', '.js']),
];

// C without its comments and strings.
const code = (file) => read(file)
  .replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
  .replace(/"(\\.|[^"\\\n])*"/g, '""');

function offenders(files, pattern, text = code) {
  return files.flatMap((file) => [...text(file).matchAll(pattern)].map(([found]) => `${file}: ${found}`));
}

test('no file is longer than 450 lines', () => {
  const long = all.map((file) => [file, read(file).split('\n').length - 1]).filter(([, lines]) => lines > 450);
  assert.deepEqual(long, []);
});

test('every header guards itself by its path', () => {
  const wrong = c.filter((file) => file.endsWith('.h')).filter((file) => {
    const guard = `MOOTHALL_${file.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
    return !read(file).includes(`#ifndef ${guard}\n#define ${guard}`);
  });
  assert.deepEqual(wrong, []);
});

test('no unbounded string function is called', () => {
  assert.deepEqual(offenders(daemons, /\b(v?sprintf|strcpy|strcat|strncpy|strncat|gets|scanf|sscanf|fscanf|strtok|atoi|atol|atoll|alloca|asctime|ctime|gmtime|localtime|rand|srand)\s*\(/g), []);
});

test('no shell is called', () => {
  assert.deepEqual(offenders(daemons, /\b(system|popen|execlp|execvp)\s*\(/g), []);
});

test('asserts cannot be switched off', () => {
  assert.deepEqual(offenders(c, /#\s*define\s+NDEBUG\b.*/g), []);
});

// Before there is a schema, db.c may ask whether there is one.
test('SQL stands in sql/ alone', () => {
  const sql = /"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|WITH)\s(?![^"]*sqlite_schema)[^"]*"/g;
  const text = (file) => read(file).replace(/\/\*[^]*?\*\//g, '');
  assert.deepEqual(offenders(daemons, sql, text), []);
});

test('no user text is formatted into a command to Redis', () => {
  const text = (file) => read(file).replace(/\/\*[^]*?\*\//g, '');
  assert.deepEqual(offenders(daemons, /\bredis(Async)?v?Command\s*\([^;]*%s[^;]*;/g, text), []);
});

test('no notes are left behind', () => {
  assert.deepEqual(offenders(all.filter((f) => !f.startsWith('tests/structure')), /\b(TODO|FIXME|XXX|HACK)\b/g, read), []);
});
