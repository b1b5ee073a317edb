// Each daemon is killed while two people exchange 40 messages a second: within 5 s both have
// every acknowledged message exactly once, in order, on the client objects they had.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addMember, getGroup, makeGroup, post, signUp } from '../lib/people.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { Talker } from '../lib/talk.mjs';
import { sleep, until } from '../lib/wait.mjs';

const stack = await startStack({ relays: 2, set: wide });
after(() => stack.stop());
const ana = await signUp(stack);
const ben = await signUp(stack);
const group = await makeGroup(ana);
await addMember(ana, group, ben);
const state = await getGroup(ana, group);
const talkers = [new Talker(stack, ana, state), new Talker(stack, ben, state)];
await until(() => talkers.every((one) => one.sub.state === 'subscribed'), { timeout: 10000 });
talkers.forEach((one) => one.talk(20));

const acknowledged = () => talkers.flatMap((one) => one.acknowledged);
const allHave = (ids) => talkers.every((one) => one.hasAll(ids));

// The fault, and then: something said by each after it was acknowledged, and everything
// acknowledged until then is there at both within 5 s of the fault.
async function survive(what, fault) {
  await until(() => talkers.every((one) => one.heard.length > 20));
  const began = performance.now();
  await fault();
  const late = await Promise.all(talkers.map((one) => one.say()));
  const ids = [...acknowledged(), ...late];
  await until(() => allHave(ids), { timeout: 6000, what: `both have ${ids.length} messages` });
  const took = performance.now() - began;
  for (const one of talkers) one.assertWhole();
  assert.ok(took < 5000, `${what}: ${took} ms`);
  await stack.healthy();
}

for (const name of ['relay-1', 'relay-2', 'api', 'redis', 'nginx']) {
  test(`SIGKILL of ${name}`, async () => {
    await survive(name, async () => {
      const pid = stack.kill(name);
      await until(() => stack.pid(name) !== pid, { what: `a new ${name}` });
    });
  });
}

test('FLUSHALL', () => survive('FLUSHALL', () => stack.redisCli('FLUSHALL')));

test('all subscriptions of Redis cut', () => survive('CLIENT KILL', () => stack.redisCli('CLIENT', 'KILL', 'TYPE', 'pubsub')));

test('all connections of Redis cut', () => survive('CLIENT KILL', () => stack.redisCli('CLIENT', 'KILL', 'TYPE', 'normal')));

test('api and redis together', () => survive('both', async () => {
  const pids = { redis: stack.kill('redis'), api: stack.kill('api') };
  await until(() => Object.entries(pids).every(([name, pid]) => stack.pid(name) !== pid));
}));

test('after all that, nothing is missing anywhere', async () => {
  for (const one of talkers) await one.stopTalking();
  const ids = acknowledged();
  await until(() => allHave(ids));
  const { head } = await getGroup(ana, group);
  await until(() => talkers.every((one) => one.heard.length === head - state.head));
  for (const one of talkers) {
    one.assertWhole();
    assert.equal(one.heard.length, ids.length); // no acknowledged one missing, no other there
  }
  assert.equal(await stack.sqlite('PRAGMA integrity_check'), 'ok');
  assert.equal(await stack.sqlite('PRAGMA foreign_key_check'), '');
  await post(ana, group);
  await sleep(0);
  talkers.forEach((one) => one.client.disconnect());
});
