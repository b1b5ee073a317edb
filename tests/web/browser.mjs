// Debian's Chromium for the browser tests, and what a person does in it: by the fixed roles
// and names alone.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { chromium } from 'playwright-core';

const executablePath = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => fs.existsSync(path));

export const launch = () =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });

// A person's browser: a context of its own. What the page complains of is collected.
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  page.on('console', (line) => {
    // The browser itself logs each refused request; those are part of the tests.
    if (line.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(line.text())) complaints.push(line.text());
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
  });
  return { context, page, complaints };
}

export async function assertQuiet(...visitors) {
  for (const { page, complaints } of visitors) {
    assert.deepEqual(complaints, []);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  }
}

export const box = (page) => page.getByRole('textbox', { name: 'Message', exact: true });
export const log = (page) => page.getByRole('log');

export async function createAccount(page, url, username, display) {
  await page.goto(url);
  await page.getByText('Create account', { exact: true }).click();
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill('correct horse');
  if (display) await page.getByLabel('Display name').fill(display);
  await page.getByRole('button', { name: 'Create account', exact: true }).click();
  await page.getByRole('navigation', { name: 'Groups' }).waitFor();
}

export async function makeGroup(page, name, kind) {
  await page.getByRole('button', { name: 'New group', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('radio', { name: kind, exact: true }).check();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
  await box(page).waitFor();
}

export async function inviteLink(page) {
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const field = page.getByRole('textbox', { name: 'Invite link', exact: true });
  await field.waitFor();
  const link = await field.inputValue();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  return link;
}

export async function joinByLink(page, link, name) {
  await page.goto(link);
  await page.getByRole('textbox', { name: 'Your name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await box(page).waitFor();
}

export async function say(page, text) {
  await box(page).fill(text);
  await page.keyboard.press('Enter');
}

export const sees = (page, text) => log(page).getByText(text, { exact: true }).waitFor({ timeout: 10000 });

// The session's cookie of somebody who was made by REST.
export const enterAs = (context, stack, someone) =>
  context.addCookies([{ name: 'moothall_session', value: someone.token, url: stack.publicUrl, httpOnly: true, sameSite: 'Lax' }]);
