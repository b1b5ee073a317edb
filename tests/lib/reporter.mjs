// A node:test reporter for tests/run.mjs: one JSON line a test that ran. Groups (describe)
// are no tests; they are told only when they failed by themselves, as by a hook.
export default async function* reporter(source) {
  const path = [];
  const told = new Set();
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path.length = data.nesting;
      path[data.nesting] = data.name;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    path.length = data.nesting;
    path[data.nesting] = data.name;
    const name = path.slice(0, data.nesting + 1).join(' › ');
    const isSuite = data.details?.type === 'suite';
    const skipped = data.skip !== undefined || data.todo !== undefined;
    if (type === 'test:pass') {
      if (isSuite) continue;
      yield `${JSON.stringify({ name, state: skipped ? 'skip' : 'pass', ms: data.details?.duration_ms })}\n`;
      continue;
    }
    const error = data.details?.error;
    const kind = error?.failureType;
    if (kind === 'subtestsFailed') continue; // those have been told
    const cause = error?.cause ?? error;
    const text = cause?.stack ?? String(cause?.message ?? cause);
    if (told.has(name + text)) continue;
    told.add(name + text);
    yield `${JSON.stringify({ name, state: 'fail', ms: data.details?.duration_ms, error: text })}\n`;
  }
}
