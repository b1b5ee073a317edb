// What a person sees when something between two people fails, and that nothing is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect } from '../lib/http.mjs';
import { guest, invite, makeGroup, post, signUp, unique } from '../lib/people.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { until } from '../lib/wait.mjs';
import { assertQuiet, box, createAccount, enterAs, launch, log, makeGroup as makeInPage, say, sees, visitor } from './browser.mjs';

let stack;
let browser;
before(async () => {
  stack = await startStack({ relays: 2, set: wide }); // its own: daemons are killed
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

const posts = '**/api/v1/groups/*/messages';
const bodies = async (someone, group) =>
  expect(await someone.api.get(`/groups/${group.id}/messages?limit=100`), 200).items.map((m) => m.body);

// Two people in one group, each with it open.
async function pair(t) {
  const ana = await signUp(stack, { display_name: 'Ana' });
  const group = await makeGroup(ana);
  const ben = await guest(stack, (await invite(ana, group)).code, 'Ben');
  return { ana, ben, group, a: await open(t, ana, group), b: await open(t, ben, group) };
}

async function open(t, someone, group, prepare = () => {}) {
  const v = await visitor(browser);
  t.after(() => v.context.close());
  await enterAs(v.context, stack, someone);
  await prepare(v.page);
  await v.page.goto(`${stack.publicUrl}/g/${group.id}`);
  await box(v.page).waitFor();
  return v;
}

// Every row's text, in the order of the page.
const rows = (page) => log(page).locator('.body').allTextContents();

async function chat(from, to, texts, during) {
  for (const [i, text] of texts.entries()) {
    await say(from.page, text);
    if (i === Math.floor(texts.length / 3)) await during();
  }
  for (const v of [from, to])
    await until(async () => (await rows(v.page)).length === texts.length, { timeout: 20000, what: 'all rows are there' });
  for (const v of [from, to]) assert.deepEqual(await rows(v.page), texts);
}

const numbered = (n) => Array.from({ length: n }, (_, i) => `number ${i}`);

for (const victim of ['relay-1', 'relay-2', 'api', 'redis', 'nginx'])
  test(`${victim} killed while two people talk: everything arrives, once, in order`, async (t) => {
    const { ana, group, a, b } = await pair(t);
    const texts = numbered(12);
    await chat(a, b, texts, () => stack.kill(victim));
    assert.deepEqual(await bodies(ana, group), texts);
    await stack.healthy();
    await say(b.page, 'and back');
    await sees(a.page, 'and back');
    await assertQuiet(a, b);
  });

test('Redis stands still: both go on by asking the api, and are told so', async (t) => {
  const { ana, group, a, b } = await pair(t);
  await say(a.page, 'before');
  await sees(b.page, 'before');
  stack.kill('redis', 'SIGSTOP');
  t.after(() => stack.kill('redis', 'SIGCONT'));
  await say(a.page, 'during');
  await sees(b.page, 'during');
  await b.page.getByText('Live updates are slow').waitFor();
  stack.kill('redis', 'SIGCONT');
  await b.page.getByText('Live updates are slow').waitFor({ state: 'detached', timeout: 15000 });
  await say(b.page, 'after');
  await sees(a.page, 'after');
  for (const v of [a, b]) assert.deepEqual(await rows(v.page), ['before', 'during', 'after']);
  assert.deepEqual(await bodies(ana, group), ['before', 'during', 'after']);
  await assertQuiet(a, b);
});

test('an answer that is lost after the commit, and no event either: sent again, there once', async (t) => {
  const { ana, group, b } = await pair(t);
  const a = await open(t, ana, group, (page) => page.routeWebSocket('**/connection/websocket', () => {})); // never answers
  let lost = 0;
  await a.page.route(posts, async (route) => {
    if (route.request().method() !== 'POST' || lost++ > 0) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await say(a.page, 'once');
  await sees(b.page, 'once');
  await until(() => lost >= 2);
  await until(async () => (await log(a.page).locator('.pending').count()) === 0);
  assert.deepEqual(await rows(a.page), ['once']);
  assert.deepEqual(await bodies(ana, group), ['once']);
});

test('the event comes before the answer: one row, and it is not pending', async (t) => {
  const { a, b } = await pair(t);
  let answer;
  await a.page.route(posts, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const response = await route.fetch();
    await new Promise((done) => (answer = done));
    return route.fulfill({ response });
  });
  await say(a.page, 'early');
  await sees(b.page, 'early');
  await until(async () => (await log(a.page).locator('.pending').count()) === 0);
  assert.deepEqual(await rows(a.page), ['early']);
  answer();
  await say(b.page, 'later');
  await sees(a.page, 'later');
  assert.deepEqual(await rows(a.page), ['early', 'later']);
});

test('written while all is cut off, kept through a reload, sent in order afterwards', async (t) => {
  const { ana, group, a, b } = await pair(t);
  await a.page.route(posts, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  for (const text of ['one', 'two', 'three']) await say(a.page, text);
  await sees(a.page, 'three');
  assert.ok(await box(a.page).isEditable());
  await a.page.reload();
  await sees(a.page, 'three');
  await a.page.unroute(posts);
  await sees(b.page, 'three');
  assert.deepEqual(await bodies(ana, group), ['one', 'two', 'three']);
  await until(async () => (await log(a.page).locator('.pending').count()) === 0);
  assert.deepEqual(await rows(a.page), ['one', 'two', 'three']);
});

test('a refused row can be deleted; the others go on', async (t) => {
  const { ana, group, a } = await pair(t);
  let refused = 0;
  await a.page.route(posts, (route) =>
    route.request().method() === 'POST' && refused++ === 0
      ? route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"code":"muted","status":403}' })
      : route.continue());
  await say(a.page, 'unwanted');
  await say(a.page, 'wanted');
  await a.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await until(async () => (await rows(a.page)).join() === 'wanted');
  await a.page.reload();
  await sees(a.page, 'wanted');
  assert.deepEqual(await rows(a.page), ['wanted']);
  assert.deepEqual(await bodies(ana, group), ['wanted']);
});

test('the status region tells of a lost connection, and of nothing once it is back', async (t) => {
  const { ana, group } = await pair(t);
  let cut = false;
  const servers = new Set();
  const v = await open(t, ana, group, (page) =>
    page.routeWebSocket('**/connection/websocket', (ws) => {
      if (cut) return void ws.close({ code: 3000, reason: 'cut' });
      ws.connectToServer();
      servers.add(ws);
    }));
  const status = v.page.getByRole('status');
  await until(async () => (await status.textContent()) === '');
  await until(() => servers.size > 0);
  cut = true;
  for (const ws of servers) await ws.close({ code: 3000, reason: 'cut' });
  await v.page.getByText('Connecting…').waitFor({ timeout: 5000 });
  const other = await guest(stack, (await invite(ana, group)).code);
  await post(other, group, 'meanwhile');
  await v.page.getByRole('button', { name: 'Retry now' }).waitFor({ timeout: 15000 });
  cut = false;
  await v.page.getByRole('button', { name: 'Retry now' }).click();
  await sees(v.page, 'meanwhile');
  await until(async () => (await status.textContent()) === '');
  await assertQuiet(v);
});

test('missed more than recovery gives: the group is loaded anew', async (t) => {
  const { ana, ben, group } = await pair(t);
  let cut = false;
  const sockets = new Set();
  const v = await open(t, ana, group, (page) =>
    page.routeWebSocket('**/connection/websocket', (ws) => {
      if (cut) return void ws.close({ code: 3000, reason: 'cut' });
      ws.connectToServer();
      sockets.add(ws);
    }));
  await post(ben, group, 'before');
  await sees(v.page, 'before');
  cut = true;
  for (const ws of sockets) await ws.close({ code: 3000, reason: 'cut' });
  for (let i = 0; i < 400; i += 40) await Promise.all(Array.from({ length: 40 }, (_, k) => post(ben, group, `missed ${i + k}`)));
  await post(ben, group, 'the last');
  cut = false;
  await sees(v.page, 'the last');
  const seqs = await log(v.page).locator('[data-seq]').evaluateAll((all) => all.map((row) => Number(row.dataset.seq)));
  seqs.forEach((seq, i) => assert.ok(i === 0 || seq === seqs[i - 1] + 1, `a hole at ${seq}`));
  await assertQuiet(v);
});

test('a message that comes while a page of history is under way is not lost', async (t) => {
  const ana = await signUp(stack);
  const group = await makeGroup(ana);
  const ben = await guest(stack, (await invite(ana, group)).code);
  for (let i = 0; i < 320; i += 40) await Promise.all(Array.from({ length: 40 }, (_, k) => post(ana, group, `old ${i + k}`)));
  const v = await open(t, ana, group);
  await log(v.page).locator('[data-seq="321"]').waitFor().catch(() => {});
  // Up until the end is trimmed away, then down with the newest page held back.
  const first = () => log(v.page).locator('[data-seq]').first().getAttribute('data-seq').then(Number);
  await until(async () => {
    await log(v.page).evaluate((e) => (e.scrollTop = 0));
    return (await first()) <= 2;
  }, { timeout: 20000 });
  let release;
  const held = new Promise((done) => (release = done));
  let holding = 0;
  await v.page.route(/messages\?.*after=/, async (route) => {
    const response = await route.fetch();
    const page = await response.json();
    if (!page.has_after && holding++ === 0) await held;
    await route.fulfill({ response });
  });
  await until(async () => {
    await log(v.page).evaluate((e) => (e.scrollTop = e.scrollHeight));
    return holding > 0;
  }, { timeout: 20000 });
  await post(ben, group, 'in between');
  await v.page.getByRole('button', { name: '1 new ↓' }).waitFor();
  release();
  await v.page.getByRole('button', { name: '1 new ↓' }).click().catch(() => {}); // may be at the end by itself
  await sees(v.page, 'in between');
  await assertQuiet(v);
});

test('reading further up, the list stays at 240 rows however much comes', async (t) => {
  const ana = await signUp(stack);
  const group = await makeGroup(ana);
  const ben = await guest(stack, (await invite(ana, group)).code);
  const say40 = () => Promise.all(Array.from({ length: 40 }, (_, k) => post(ben, group, `line ${k}`)));
  for (let i = 0; i < 6; i++) await say40();
  const v = await open(t, ana, group);
  await until(async () => {
    await log(v.page).evaluate((e) => (e.scrollTop = 0));
    return (await log(v.page).locator('[data-seq]').count()) >= 200;
  }, { timeout: 20000 });
  const place = () => log(v.page).evaluate((e) => {
    const top = e.getBoundingClientRect().top;
    const row = [...e.querySelectorAll('[data-seq]')].find((r) => r.getBoundingClientRect().top >= top);
    return `${row.dataset.seq} ${Math.round(row.getBoundingClientRect().top)}`;
  });
  await log(v.page).evaluate((e) => (e.scrollTop = 1500));
  const before = await place();
  await say40();
  await say40();
  await v.page.getByRole('button', { name: /^80 new/ }).waitFor();
  assert.equal(await place(), before);
  assert.ok((await log(v.page).locator('[data-seq]').count()) <= 240);
  await v.page.getByRole('button', { name: /^80 new/ }).click();
  await until(() => log(v.page).evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight <= 48));
  await say(v.page, 'at the end');
  await sees(v.page, 'at the end');
  await assertQuiet(v);
});

test('a list of groups that was asked for before does not drop the group just made', async (t) => {
  const v = await visitor(browser);
  t.after(() => v.context.close());
  const waiting = [];
  await v.page.route('**/api/v1/me/groups*', async (route) => {
    const response = await route.fetch();
    await new Promise((done) => waiting.push(done));
    await route.fulfill({ response });
  });
  await createAccount(v.page, stack.publicUrl, unique('ana'));
  await until(() => waiting.length > 0);
  const name = unique('made ');
  await makeInPage(v.page, name, 'Public');
  waiting.forEach((done) => done());
  await say(v.page, 'still here');
  await sees(v.page, 'still here');
  await v.page.getByRole('link', { name, exact: true }).waitFor();
  await until(async () => (await log(v.page).locator('.pending').count()) === 0);
  await v.page.unrouteAll({ behavior: 'ignoreErrors' });
  await assertQuiet(v);
});
