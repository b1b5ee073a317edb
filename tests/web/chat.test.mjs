// Two people in two browsers, from nothing to talking; and who sees nothing of it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { expect } from '../lib/http.mjs';
import { guest, invite, makeGroup as makeByRest, post, signUp, unique } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';
import { until } from '../lib/wait.mjs';
import { assertQuiet, box, createAccount, enterAs, inviteLink, joinByLink, launch, log, makeGroup, say, sees, visitor } from './browser.mjs';

let stack;
let browser;
before(async () => {
  stack = await sharedStack();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

const open = async (t, options) => {
  const v = await visitor(browser, options);
  t.after(() => v.context.close());
  return v;
};

test('a private group by its link, both see each other without a reload, an outsider nothing', async (t) => {
  const ana = await open(t);
  const ben = await open(t);
  const eve = await open(t);
  const name = unique('Allotment ');
  await createAccount(ana.page, stack.publicUrl, unique('ana'), 'Ana');
  await makeGroup(ana.page, name, 'Private');
  const link = await inviteLink(ana.page);
  assert.match(link, new RegExp(`^${stack.publicUrl}/i/[0-9A-Za-z_-]{22,64}$`));
  await joinByLink(ben.page, link, 'Ben');
  assert.match(ben.page.url(), /\/g\/[0-9A-Za-z]{1,26}$/);
  assert.ok(!ben.page.url().includes(link.split('/i/')[1]));
  await say(ana.page, 'hello Ben');
  await sees(ben.page, 'hello Ben');
  await say(ben.page, 'hello Ana');
  await sees(ana.page, 'hello Ana');

  await createAccount(eve.page, stack.publicUrl, unique('eve'));
  await eve.page.getByRole('link', { name: 'Directory', exact: true }).click();
  await eve.page.getByRole('heading', { name: 'Directory' }).waitFor();
  await eve.page.goto(ben.page.url());
  await eve.page.getByText('There is nothing here').waitFor();
  assert.ok(!(await eve.page.content()).includes(name));
  await assertQuiet(ana, ben, eve);
});

test('the first load takes few requests, all of them from here, and no words of a script', async (t) => {
  const v = await open(t);
  const requests = [];
  v.page.on('request', (request) => requests.push(request.url()));
  await v.page.goto(stack.publicUrl);
  await v.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  assert.ok(requests.length <= 8, requests.join(' '));
  for (const url of requests) assert.ok(url.startsWith(stack.publicUrl), url);
  assert.equal(await v.page.locator('script:not([src]), [style], style').count(), 0);
  await assertQuiet(v);
});

test('sign in and create account are never on one page; signing out leads back', async (t) => {
  const ana = await open(t);
  const username = unique('ana');
  await ana.page.goto(stack.publicUrl);
  await ana.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  assert.equal(await ana.page.getByLabel('Display name').count(), 0);
  await createAccount(ana.page, stack.publicUrl, username);
  await ana.page.getByRole('button', { name: 'Sign out' }).click();
  await ana.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  assert.equal(await ana.page.getByRole('button', { name: 'Create account', exact: true }).count(), 0);
  await ana.page.getByLabel('Username').fill(username);
  await ana.page.getByLabel('Password').fill('not this one');
  await ana.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await ana.page.getByRole('alert').waitFor();
  await ana.page.getByLabel('Password').fill('correct horse');
  await ana.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await ana.page.getByRole('navigation', { name: 'Groups' }).waitFor();
  await assertQuiet(ana);
});

test('each dead invite says in its own words why', async (t) => {
  const owner = await signUp(stack);
  const group = await makeByRest(owner);
  const revoked = await invite(owner, group);
  expect(await owner.api.delete(`/groups/${group.id}/invites/${revoked.id}`), 204);
  const used = await invite(owner, group, { max_uses: 1 });
  await guest(stack, used.code);
  const expired = await invite(owner, group, { expires_in: 1 });
  await until(async () => expect(await owner.api.get(`/invites/${expired.code}`), 200).state === 'expired');
  const ben = await open(t);
  const words = new Set();
  for (const code of [revoked.code, used.code, expired.code, 'x'.repeat(32)]) {
    await ben.page.goto(`${stack.publicUrl}/i/${code}`);
    const text = ben.page.getByText(/invite (was|has|does)/i).first();
    await text.waitFor();
    words.add(await text.textContent());
    assert.equal(await ben.page.getByRole('button', { name: 'Join', exact: true }).count(), 0);
  }
  assert.equal(words.size, 4);
  await assertQuiet(ben);
});

test('a message waits while the api is cut off and is sent once; a refused one can be retried', async (t) => {
  const owner = await signUp(stack);
  const group = await makeByRest(owner);
  const ana = await open(t);
  await enterAs(ana.context, stack, owner);
  await ana.page.goto(`${stack.publicUrl}/g/${group.id}`);
  await box(ana.page).waitFor();
  const posts = '**/api/v1/groups/*/messages';
  await ana.page.route(posts, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await say(ana.page, 'patience');
  await sees(ana.page, 'patience');
  await ana.page.unroute(posts);
  await until(async () => (await messages(owner, group)).includes('patience'));
  await ana.page.route(posts, (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"code":"muted","status":403}' })
      : route.continue());
  await say(ana.page, 'refused');
  await ana.page.getByRole('button', { name: 'Retry', exact: true }).waitFor();
  await ana.page.unroute(posts);
  await ana.page.getByRole('button', { name: 'Retry', exact: true }).click();
  await until(async () => (await messages(owner, group)).includes('refused'));
  await ana.page.getByRole('button', { name: 'Retry', exact: true }).waitFor({ state: 'detached' });
  await ana.page.reload();
  await sees(ana.page, 'refused');
  assert.deepEqual(await messages(owner, group), ['patience', 'refused']);
  await assertQuiet(ana);
});

test('a thousand messages: at most 240 rows, held in place while older ones come', async (t) => {
  const owner = await signUp(stack);
  const group = await makeByRest(owner);
  for (let i = 0; i < 1000; i += 50) await Promise.all(Array.from({ length: 50 }, (_, k) => post(owner, group, `row ${i + k}`)));
  const ana = await open(t);
  await enterAs(ana.context, stack, owner);
  await ana.page.goto(`${stack.publicUrl}/g/${group.id}`);
  const list = log(ana.page);
  await list.locator('[data-seq="1000"]').waitFor();
  assert.equal(await list.getAttribute('aria-live'), 'off');
  let worst = 0;
  let first = Infinity;
  for (let round = 0; first > 1 && round < 400; round++) {
    const { rows, drift, top } = await list.evaluate(async (element) => {
      element.scrollTop = Math.max(0, element.scrollTop - 1500);
      const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await frame();
      const at = element.getBoundingClientRect().top;
      const row = [...element.querySelectorAll('[data-seq]')].find((r) => r.getBoundingClientRect().top >= at + 200);
      const before = row?.getBoundingClientRect().top;
      const count = element.querySelectorAll('[data-seq]').length;
      const oldest = element.querySelector('[data-seq]').dataset.seq;
      for (let i = 0; i < 20 && element.querySelector('[data-seq]').dataset.seq === oldest && Number(oldest) > 1 && element.scrollTop < 800; i++)
        await new Promise((done) => setTimeout(done, 25));
      await frame();
      return {
        rows: count,
        drift: row?.isConnected && before !== undefined ? Math.abs(row.getBoundingClientRect().top - before) : 0,
        top: Number(element.querySelector('[data-seq]').dataset.seq),
      };
    });
    assert.ok(rows <= 240, `${rows} rows`);
    worst = Math.max(worst, drift);
    first = top;
  }
  assert.ok(first <= 1, `came to ${first}`);
  assert.ok(worst <= 1, `drift ${worst} px`);
  await assertQuiet(ana);
});

test('whoever reads further up is not moved, and told of what is new', async (t) => {
  const owner = await signUp(stack);
  const group = await makeByRest(owner);
  const other = await guest(stack, (await invite(owner, group)).code);
  for (let i = 0; i < 60; i++) await post(owner, group, `line ${i}`);
  const ana = await open(t);
  await enterAs(ana.context, stack, owner);
  await ana.page.goto(`${stack.publicUrl}/g/${group.id}`);
  await sees(ana.page, 'line 59');
  await log(ana.page).evaluate((e) => (e.scrollTop = 300));
  const top = () => log(ana.page).evaluate((e) => e.querySelector('[data-seq="30"]').getBoundingClientRect().top);
  const before = await top();
  await post(other, group, 'news');
  await ana.page.getByRole('button', { name: '1 new ↓' }).click();
  await sees(ana.page, 'news');
  assert.ok(Math.abs(before) < 5000);
  await until(() => log(ana.page).evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight <= 48));
  await assertQuiet(ana);
});

test('a session ended elsewhere leads to the sign-in page, and the draft is kept', async (t) => {
  const owner = await signUp(stack);
  const group = await makeByRest(owner);
  const ana = await open(t);
  await enterAs(ana.context, stack, owner);
  await ana.page.goto(`${stack.publicUrl}/g/${group.id}`);
  await box(ana.page).fill('half a thought');
  expect(await owner.api.delete('/sessions/current'), 204);
  await ana.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor({ timeout: 10000 });
  await ana.page.getByLabel('Username').fill(owner.username);
  await ana.page.getByLabel('Password').fill(owner.password);
  await ana.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await box(ana.page).waitFor();
  assert.equal(await box(ana.page).inputValue(), 'half a thought');
  await assertQuiet(ana);
});

test('removed from the open group: it is gone from the page', async (t) => {
  const owner = await signUp(stack);
  const group = await makeByRest(owner);
  const ben = await guest(stack, (await invite(owner, group)).code);
  const v = await open(t);
  await enterAs(v.context, stack, ben);
  await v.page.goto(`${stack.publicUrl}/g/${group.id}`);
  await box(v.page).waitFor();
  expect(await owner.api.delete(`/groups/${group.id}/members/${ben.id}`), 200);
  await box(v.page).waitFor({ state: 'detached', timeout: 5000 });
  assert.equal(await v.page.getByRole('link', { name: group.name, exact: true }).count(), 0);
  await assertQuiet(v);
});

const hostile = [
  '<img src=x onerror="window.ran=1">', '<script>window.ran=1</script>', '"><svg onload=window.ran=1>',
  '[x](javascript:window.ran=1)', 'javascript:window.ran=1', '<a href="data:text/html,<script>1</script>">x</a>',
  '{{constructor.constructor("window.ran=1")()}}', '<iframe srcdoc="<script>parent.ran=1</script>">',
];
test('text that looks like code is text, in every field that people can fill', async (t) => {
  const owner = await signUp(stack, { display_name: `${hostile[0]}!` });
  const group = await makeByRest(owner, { name: hostile[2].slice(0, 80), description: hostile[1] });
  for (const text of hostile) await post(owner, group, text);
  const v = await open(t);
  await enterAs(v.context, stack, owner);
  await v.page.goto(`${stack.publicUrl}/g/${group.id}`);
  for (const text of hostile) await sees(v.page, text);
  const { code } = await invite(owner, group);
  const ben = await open(t);
  await ben.page.goto(`${stack.publicUrl}/i/${code}`);
  await ben.page.getByRole('heading', { name: hostile[2] }).waitFor();
  for (const { page } of [v, ben]) assert.equal(await page.evaluate(() => window.ran), undefined);
  await assertQuiet(v, ben);
});

test('axe finds nothing, light and dark, wide and narrow', async (t) => {
  const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const owner = await signUp(stack);
  const group = await makeByRest(owner, { visibility: 'public' });
  await post(owner, group, 'hello');
  const { code } = await invite(owner, group);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 360]) {
      const v = await open(t, { colorScheme, viewport: { width, height: 740 } });
      const look = async (what, ready) => {
        await ready;
        await v.page.evaluate(axe);
        const found = await v.page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
        assert.deepEqual(found.violations.map((f) => `${what}: ${f.id} ${f.nodes.map((n) => n.target).join(' ')}`), [], `${colorScheme} ${width}`);
      };
      await v.page.goto(stack.publicUrl);
      await look('sign in', v.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor());
      await v.page.goto(`${stack.publicUrl}/signup`);
      await look('create account', v.page.getByLabel('Display name').waitFor());
      await v.page.goto(`${stack.publicUrl}/i/${code}`);
      await look('invite', v.page.getByRole('button', { name: 'Join', exact: true }).waitFor());
      await enterAs(v.context, stack, owner);
      await v.page.goto(`${stack.publicUrl}/g/${group.id}`);
      await look('group', sees(v.page, 'hello'));
      for (const [button, ready] of [['Invite', 'Copy'], ['Settings', 'Save']]) {
        await v.page.getByRole('button', { name: button, exact: true }).click();
        await look(`${button} dialog`, v.page.getByRole('button', { name: ready, exact: true }).waitFor());
        await v.page.keyboard.press('Escape');
      }
      await v.page.getByRole('button', { name: 'Members' }).click();
      await look('members', v.page.getByRole('heading', { name: 'Members' }).waitFor());
      await v.page.goto(`${stack.publicUrl}/directory`);
      await look('directory', v.page.getByRole('heading', { name: group.name }).waitFor());
      await v.page.goto(stack.publicUrl);
      await v.page.getByRole('button', { name: 'New group', exact: true }).click();
      await look('new group', v.page.getByRole('radio', { name: 'Private', exact: true }).waitFor());
    }
  }
});

async function messages(someone, group) {
  return expect(await someone.api.get(`/groups/${group.id}/messages`), 200).items.map((m) => m.body);
}
