// Builds the client: node www/build.mjs [OUT]. File names carry a hash of their content;
// prints the sizes, and fails when one is over its budget.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, 'dist'));
const budgets = { '.js': 55 * 1024, '.css': 10 * 1024 }; // bytes, gzip

const result = await build({
  entryPoints: { app: path.join(here, 'src/main.tsx'), style: path.join(here, 'src/style.css') },
  bundle: true,
  minify: true,
  write: false,
  outdir: out,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
});

fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(path.join(out, 'assets'), { recursive: true });

const names = {};
let failed = false;
const put = (file, bytes) => {
  const { name, ext } = path.parse(file);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
  names[ext] = `${name}-${hash}${ext}`;
  fs.writeFileSync(path.join(out, 'assets', names[ext]), bytes);
  const size = gzipSync(bytes, { level: 9 }).length;
  const budget = budgets[ext];
  console.log(`www: ${names[ext]} ${bytes.length} bytes, ${size} gzip${budget ? ` of ${budget}` : ''}`);
  if (budget && size > budget) failed = true;
};
for (const file of result.outputFiles) put(file.path, Buffer.from(file.contents));
put('icon.svg', fs.readFileSync(path.join(here, 'icon.svg')));

const html = fs
  .readFileSync(path.join(here, 'index.html'), 'utf8')
  .replace('@JS@', names['.js'])
  .replace('@CSS@', names['.css'])
  .replace('@ICON@', names['.svg']);
fs.writeFileSync(path.join(out, 'index.html'), html);
if (failed) {
  console.error('www: over budget');
  process.exit(1);
}
