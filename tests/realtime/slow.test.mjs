// A client that does not read: it is closed, alone, and recovers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { crowd, getGroup, post } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { sharedStack } from '../lib/stack.mjs';
import { pool, until } from '../lib/wait.mjs';

const stack = await sharedStack();
after(() => stack.stop());
const { owner, group } = await crowd(stack, 0);
const relay = { socket: stack.socket('relay-1') };

test('who does not read is closed with 3008; the others notice nothing, and it recovers', async () => {
  const slow = await Wire.connect(relay, owner);
  const good = await Wire.connect(relay, owner);
  for (const wire of [slow, good]) await wire.subscribe(group);
  const start = await getGroup(owner, group);
  slow.socket.pause();
  slow.autoPong = false;
  // The relay gives up on it while much is said, and it reads again only then.
  const closed = until(() => /code=3008/.test(stack.log('relay-1')), { timeout: 20000, what: 'the relay to close it' }).then(() => slow.socket.resume());
  await pool(Array(300), 20, () => post(owner, group, 'x'.repeat(8000)));
  const { head } = await getGroup(owner, group);
  await good.event(group, (data) => data.seq === head, { timeout: 10000 });
  assert.equal(good.events(group).length, 300);
  await closed;
  await slow.closedWith(3008, 10000);
  const got = slow.events(group).map((pub) => pub.offset);
  assert.ok(got.length < 300);
  assert.deepEqual(got, got.map((_, i) => start.head + 1 + i)); // what came, came without a hole
  const back = await Wire.connect(relay, owner);
  const near = await back.subscribe(group, { recover: true, offset: head - 20, epoch: start.epoch });
  assert.equal(near.subscribe.recovered, true);
  assert.equal(near.subscribe.publications.length, 20);
  [back, good].forEach((wire) => wire.destroy());
});
