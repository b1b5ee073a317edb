// What people do with groups: join, write, rename, remove, leave, delete; and getting around.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect } from '../lib/http.mjs';
import { guest, invite, makeGroup, post, signUp, unique } from '../lib/people.mjs';
import { sharedStack } from '../lib/stack.mjs';
import { until } from '../lib/wait.mjs';
import { assertQuiet, box, createAccount, enterAs, inviteLink, launch, log, makeGroup as makeInPage, sees, visitor } from './browser.mjs';

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

async function open(t, someone, path = '/', options) {
  const v = await visitor(browser, options);
  t.after(() => v.context.close());
  v.page.on('dialog', (dialog) => void dialog.accept());
  if (someone) await enterAs(v.context, stack, someone);
  await v.page.goto(stack.publicUrl + path);
  return v;
}

test('a public group is found in the directory and joined', async (t) => {
  const owner = await signUp(stack);
  const group = await makeGroup(owner, { visibility: 'public' });
  const v = await open(t, await signUp(stack));
  await v.page.getByRole('link', { name: 'Directory', exact: true }).click();
  await v.page.getByRole('searchbox').fill(group.name);
  await v.page.getByRole('button', { name: `Join ${group.name}` }).click();
  await box(v.page).waitFor();
  await v.page.getByRole('navigation', { name: 'Groups' }).getByRole('link', { name: group.name, exact: true }).waitFor();
  await post(owner, group, 'welcome');
  await sees(v.page, 'welcome');
  await assertQuiet(v);
});

test('a new name reaches the others; a member leaves; the owner deletes', async (t) => {
  const owner = await signUp(stack);
  const group = await makeGroup(owner);
  const ben = await guest(stack, (await invite(owner, group)).code);
  const a = await open(t, owner, `/g/${group.id}`);
  const b = await open(t, ben, `/g/${group.id}`);
  await box(b.page).waitFor();
  await a.page.getByRole('button', { name: 'Settings', exact: true }).click();
  const name = unique('renamed ');
  await a.page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await a.page.getByRole('button', { name: 'Save', exact: true }).click();
  for (const { page } of [a, b]) await page.getByRole('heading', { name, exact: true }).waitFor();
  await b.page.getByRole('link', { name, exact: true }).waitFor();

  await b.page.getByRole('button', { name: 'Settings', exact: true }).click();
  assert.equal(await b.page.getByRole('button', { name: 'Delete group' }).count(), 0);
  await b.page.getByRole('button', { name: 'Leave group' }).click();
  await b.page.getByRole('link', { name, exact: true }).waitFor({ state: 'detached' });
  expect(await ben.api.get(`/groups/${group.id}`), 404);

  await a.page.getByRole('button', { name: 'Settings', exact: true }).click();
  await a.page.getByRole('button', { name: 'Delete group' }).click();
  await a.page.getByRole('link', { name, exact: true }).waitFor({ state: 'detached' });
  expect(await owner.api.get(`/groups/${group.id}`), 404);
  await assertQuiet(a, b);
});

test('the members pane shows who comes; an owner makes an admin, removes and bans', async (t) => {
  const owner = await signUp(stack);
  const group = await makeGroup(owner);
  const { code } = await invite(owner, group);
  const a = await open(t, owner, `/g/${group.id}`);
  await a.page.getByRole('button', { name: 'Members', exact: true }).click();
  const pane = a.page.getByRole('complementary', { name: 'Members' });
  const ben = await guest(stack, code, 'Ben');
  const row = (name) => pane.getByRole('listitem').filter({ hasText: name });
  await row('Ben').getByRole('button', { name: 'Make admin' }).click();
  await row('Ben').getByText('admin', { exact: true }).waitFor();
  assert.equal(expect(await ben.api.get(`/groups/${group.id}`), 200).me.role, 'admin');
  await row('Ben').getByRole('button', { name: 'Remove' }).click();
  await row('Ben').waitFor({ state: 'detached' });
  const cyd = await guest(stack, code, 'Cyd');
  await row('Cyd').getByRole('button', { name: 'Ban' }).click();
  await row('Cyd').waitFor({ state: 'detached' });
  const v = await open(t, cyd, `/i/${code}`);
  await v.page.getByRole('button', { name: 'Join', exact: true }).click();
  await v.page.getByText('You are banned from this group.').waitFor();
  await assertQuiet(a, v);
});

test('the invite dialog gives the same live link again, another after it was revoked', async (t) => {
  const v = await visitor(browser);
  t.after(() => v.context.close());
  await createAccount(v.page, stack.publicUrl, unique('ana'));
  await makeInPage(v.page, unique('links '), 'Private');
  const link = await inviteLink(v.page);
  assert.equal(await inviteLink(v.page), link);
  await v.page.getByRole('button', { name: 'Invite', exact: true }).click();
  await v.page.getByRole('button', { name: 'Copy', exact: true }).click();
  await v.page.getByText('Copied').waitFor();
  await v.page.getByRole('button', { name: 'Revoke this link' }).click();
  await v.page.getByRole('textbox', { name: 'Invite link' }).waitFor({ state: 'detached' });
  assert.notEqual(await inviteLink(v.page), link);
  await assertQuiet(v);
});

test('Shift+Enter makes a line, Enter sends; nothing but blanks is not sent', async (t) => {
  const owner = await signUp(stack);
  const group = await makeGroup(owner);
  const v = await open(t, owner, `/g/${group.id}`);
  await box(v.page).fill('   ');
  await box(v.page).press('Enter');
  await box(v.page).fill('');
  await box(v.page).pressSequentially('first');
  await box(v.page).press('Shift+Enter');
  await box(v.page).pressSequentially('second');
  await box(v.page).press('Enter');
  const stored = () => owner.api.get(`/groups/${group.id}/messages`).then((answer) => answer.json.items.map((m) => m.body));
  await until(async () => (await stored()).length > 0);
  assert.deepEqual(await stored(), ['first\nsecond']);
  assert.equal(await box(v.page).inputValue(), '');
  await assertQuiet(v);
});

test('unread messages are counted in the list, on every device, until they are read', async (t) => {
  const owner = await signUp(stack);
  const group = await makeGroup(owner);
  const other = await makeGroup(owner);
  const ben = await guest(stack, (await invite(owner, group)).code);
  const desk = await open(t, owner, `/g/${other.id}`);
  const phone = await open(t, owner, '/', { viewport: { width: 360, height: 740 } });
  const badge = (v) => v.page.getByLabel('2 unread');
  await box(desk.page).waitFor();
  await post(ben, group, 'one');
  await post(ben, group, 'two');
  await badge(desk).waitFor();
  await badge(phone).waitFor();
  await desk.page.bringToFront();
  await desk.page.getByRole('link', { name: group.name, exact: true }).click();
  await sees(desk.page, 'two');
  await badge(desk).waitFor({ state: 'detached' });
  await badge(phone).waitFor({ state: 'detached' });
  await assertQuiet(desk, phone);
});

test('a permalink brings its message into view; Back leads back', async (t) => {
  const owner = await signUp(stack);
  const group = await makeGroup(owner);
  for (let i = 0; i < 320; i += 40) await Promise.all(Array.from({ length: 40 }, (_, k) => post(owner, group, `line ${i + k}`)));
  const v = await open(t, owner, `/g/${group.id}/40`);
  const row = log(v.page).locator('[data-seq="40"]');
  await row.waitFor();
  await until(() => row.evaluate((e) => {
    const r = e.getBoundingClientRect();
    return r.top >= 0 && r.bottom <= innerHeight;
  }));
  await v.page.getByRole('link', { name: 'Directory', exact: true }).click();
  await v.page.getByRole('heading', { name: 'Directory' }).waitFor();
  await v.page.goBack();
  await row.waitFor();
  await v.page.getByRole('button', { name: 'Latest ↓' }).click();
  await sees(v.page, 'line 319');
  await assertQuiet(v);
});

test('the one-time link of the server makes its opener an admin', async (t) => {
  const made = await stack.ctl('admin-link');
  const path = new URL(made.stdout.trim().split(/\s+/).at(-1)).pathname;
  const owner = await signUp(stack);
  const v = await open(t, owner, path);
  await v.page.getByRole('button', { name: /administrator/ }).click();
  await v.page.getByText('You are an administrator now.').waitFor();
  assert.equal(expect(await owner.api.get('/me'), 200).admin, true);
  await assertQuiet(v);
});

test('long names and words fit into every width, and a thumb reaches Send', async (t) => {
  const owner = await signUp(stack, { display_name: 'W'.repeat(64) });
  const group = await makeGroup(owner, { name: 'M'.repeat(80), description: 'd'.repeat(500) });
  await post(owner, group, 'w'.repeat(400));
  for (const width of [360, 800, 1280]) {
    const v = await open(t, owner, `/g/${group.id}`, { viewport: { width, height: 740 }, hasTouch: true, isMobile: width < 800 });
    await sees(v.page, 'w'.repeat(400));
    const fits = () => v.page.evaluate(() => [...document.querySelectorAll('body *')]
      .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && getComputedStyle(e.parentElement).overflowX === 'visible')
      .map((e) => `${e.tagName} ${e.className}`));
    assert.deepEqual(await fits(), [], `${width}`);
    await box(v.page).fill(`at ${width}`);
    await v.page.getByRole('button', { name: 'Send', exact: true }).tap();
    await sees(v.page, `at ${width}`);
    await v.page.getByRole('button', { name: 'Members', exact: true }).tap();
    await v.page.getByRole('heading', { name: 'Members' }).waitFor();
    assert.deepEqual(await fits(), [], `${width}, members`);
    await assertQuiet(v);
  }
});
