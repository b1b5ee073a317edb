// Who may know what (ARCHITECTURE.md): which folder may include which header, and which
// files may see a foreign library.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { sources, top } from '../lib/sources.mjs';

// For the files under a folder: the folders whose headers they may include. The longest
// folder that fits counts.
const mayInclude = {
  lib: ['lib'],
  'api/store': ['api/store', 'lib'],
  api: ['api', 'lib'],
  relay: ['relay', 'lib'],
  ctl: ['ctl', 'lib'],
};

// Foreign libraries, by their headers.
const libraries = {
  fcgi: /^(fcgi\w*|fastcgi)\.h$/,
  hiredis: /^hiredis\//,
  libev: /^ev\.h$/,
  libwebsockets: /^libwebsockets(\.h|\/)/,
  sqlite: /^sqlite3\.h$/,
  'json-c': /^json-c\//,
  libsodium: /^sodium(\.h|\/)/,
  inih: /^ini\.h$/,
};

const includes = [];
for (const file of sources(['lib', 'api', 'relay', 'ctl'], ['.c', '.h'])) {
  const text = fs.readFileSync(path.join(top, file), 'utf8');
  for (const [, quote, header] of text.matchAll(/^\s*#\s*include\s+(["<])([^">]+)[">]/gm)) {
    includes.push({ file, header, own: quote === '"' });
  }
}

const inside = (file, folder) => file.startsWith(`${folder}/`);

test('the sources were found', () => {
  assert.ok(includes.length > 100, `${includes.length} includes`);
});

test('a folder includes only what it may know', () => {
  const wrong = [];
  for (const { file, header, own } of includes) {
    if (!own || header === 'config.h' || /\.(inc|def)$/.test(header)) continue;
    const folder = Object.keys(mayInclude)
      .filter((name) => inside(file, name))
      .sort((a, b) => b.length - a.length)[0];
    if (!mayInclude[folder].some((name) => inside(header, name))) wrong.push(`${file} includes ${header}`);
  }
  assert.deepEqual(wrong, []);
});

test('own headers are included from the top, by quotes', () => {
  const wrong = includes
    .filter(({ header, own }) => own !== (fs.existsSync(path.join(top, header)) || header === 'config.h' || /\.inc$/.test(header)))
    .map(({ file, header }) => `${file} includes ${header}`);
  assert.deepEqual(wrong, []);
});

for (const [library, pattern] of Object.entries(libraries)) {
  test(`${library} is seen by one file, or by the files of one folder`, () => {
    const files = [...new Set(includes.filter(({ header, own }) => !own && pattern.test(header)).map(({ file }) => file))];
    const folders = new Set(files.map((file) => path.dirname(file)));
    assert.ok(folders.size <= 1, files.join(' '));
  });
}

test('nothing is included that no rule knows', () => {
  const system = /^(sys|netinet|arpa|linux)\/|^[a-z]+\d*\.h$|^ut(hash|list|array)\.h$/;
  const known = ({ header, own }) => own || Object.values(libraries).some((p) => p.test(header)) || system.test(header);
  assert.deepEqual(includes.filter((one) => !known(one)).map(({ file, header }) => `${file}: ${header}`), []);
});
