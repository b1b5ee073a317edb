// From Enter to the other's screen: node tests/web/latency.mjs [COUNT]. A release build is
// in build/; prints the median and the worst.
import { startStack } from '../lib/stack.mjs';
import { createAccount, inviteLink, joinByLink, launch, makeGroup, box, visitor } from './browser.mjs';

const count = Number(process.argv[2] ?? 50);
const stack = await startStack();
const browser = await launch();
try {
  const a = await visitor(browser);
  const b = await visitor(browser);
  await createAccount(a.page, stack.publicUrl, `ana${Date.now() % 1e6}`);
  await makeGroup(a.page, 'Latency', 'Private');
  await joinByLink(b.page, await inviteLink(a.page), 'Ben');
  // Both pages share the machine's clock: the one notes when Enter was pressed, the other
  // when the row was painted.
  await b.page.evaluate(() => {
    window.seen = {};
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('[role=log] .body'))
        if (row.textContent.startsWith('#') && !window.seen[row.textContent]) {
          const text = row.textContent;
          window.seen[text] = -1;
          requestAnimationFrame(() => (window.seen[text] = performance.timeOrigin + performance.now()));
        }
    }).observe(document.body, { subtree: true, childList: true });
  });
  await a.page.evaluate(() => {
    addEventListener('keydown', (e) => (window.pressed = e.key === 'Enter' ? performance.timeOrigin + performance.now() : window.pressed), true);
  });
  const times = [];
  for (let i = 0; i < count; i++) {
    const text = `#${i}`;
    await box(a.page).fill(text);
    await a.page.keyboard.press('Enter');
    await b.page.waitForFunction((t) => window.seen[t] > 0, text);
    const pressed = await a.page.evaluate(() => window.pressed);
    times.push((await b.page.evaluate((t) => window.seen[t], text)) - pressed);
  }
  times.sort((x, y) => x - y);
  console.log(`Enter to the other's screen, ${count} messages: median ${times[count >> 1].toFixed(1)} ms, worst ${times.at(-1).toFixed(1)} ms`);
} finally {
  await browser.close();
  await stack.stop();
}
