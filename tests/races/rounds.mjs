// Sign-out, removal, ban, leaving, deletion and joining against connect, subscribe,
// recovery and publish, in random interleavings: a thousand over the files of this folder.
// The test points put random waits before the bus subscription, before the answer to a
// subscribe, and before PUBLISH; each file has another balance between them, for what is
// published late never meets a subscribe in progress, and the reverse.
// Nobody hears what they must not, nobody is locked out of what they joined.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { client, expect } from '../lib/http.mjs';
import { eventsAfter, guest, invite, makeGroup, post, signUp, unique } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { pool, sleep, until, within } from '../lib/wait.mjs';

const rounds = Number(process.env.MOOTHALL_ROUNDS ?? (process.env.MOOTHALL_FULL ? 2500 : 512));
const width = 16;
const stack = await startStack({ relays: 2, set: wide, points: process.env.MOOTHALL_RACE });
after(() => stack.stop());
const relays = stack.relays().map((name) => ({ socket: stack.socket(name) }));

// A reproducible choice: the seed is told when a round fails.
function dice(seed) {
  let x = seed * 2654435761 >>> 0 || 1;
  const next = () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 5; i++) next();
  return { below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}

// Owners with a witness on each relay: what a witness has heard, its relay has sent.
const owners = await Promise.all(Array.from({ length: width }, async () => {
  const owner = await signUp(stack);
  owner.wires = await Promise.all(relays.map((relay) => Wire.connect(relay, owner)));
  return owner;
}));

const acts = {
  removal: (owner, group, who) => owner.api.delete(`/groups/${group.id}/members/${who.id}`),
  ban: (owner, group, who) => owner.api.put(`/groups/${group.id}/bans/${who.id}`),
  leaving: (owner, group, who) => who.api.delete(`/groups/${group.id}/members/me`),
  deletion: (owner, group) => owner.api.delete(`/groups/${group.id}`),
};
const lastFor = { removal: 'member.removed', ban: 'member.removed', leaving: 'member.left', deletion: 'group.deleted' };

const channel = (group) => `group:${group.id}`;
const subscribeTo = (group, more) => ({ subscribe: { channel: channel(group), ...more } });

// What the one in question does meanwhile; each gives the wire, connected or not.
const doings = {
  // connect and subscribe in one frame
  async connecting({ where, who, group }) {
    const wire = await Wire.open(where);
    wire.send({ id: 1, connect: { token: who.token } }, { id: 2, ...subscribeTo(group) });
    wire.nextId = 3;
    wire.asked = 2;
    return wire;
  },
  async subscribing({ wire, group }) {
    wire.send({ id: (wire.asked = wire.nextId++), ...subscribeTo(group) });
    return wire;
  },
  async recovering({ wire, group, start }) {
    wire.send({ id: (wire.asked = wire.nextId++), ...subscribeTo(group, { recover: true, offset: start.head, epoch: start.epoch }) });
    return wire;
  },
  // subscribed before it begins
  async listening({ wire }) {
    return wire;
  },
  async publishing({ wire, group, published }) {
    published.id = unique('r');
    const id = wire.nextId++;
    wire.send({ id, publish: { channel: channel(group), data: { body: 'x', client_id: published.id } } });
    published.reply = wire.take((m) => m.id === id, { timeout: 10000 }).catch((error) => ({ gone: error.message }));
    return wire;
  },
};

async function prepare(owner, choice, doing) {
  const group = await makeGroup(owner);
  const { code } = await invite(owner, group);
  const who = await guest(stack, code);
  for (const witness of owner.wires) assert.ok((await witness.subscribe(group)).subscribe);
  await post(owner, group);
  const start = expect(await owner.api.get(`/groups/${group.id}`), 200);
  const where = choice.pick([...relays, stack]);
  const made = { owner, group, code, who, start, where, published: {} };
  if (doing !== 'connecting') {
    made.wire = await Wire.connect(where, who);
    if (doing === 'listening' || (doing === 'publishing' && choice.below(2))) await made.wire.subscribe(group);
  }
  return made;
}

// Everything that a relay has for the group has been sent: both witnesses heard the last
// one, and a round trip on the wire came after it.
async function quiet({ owner, group, wire }, seq) {
  for (const witness of owner.wires) {
    await witness.event(group, (data) => data.seq >= seq, { timeout: 10000 });
  }
  if (!wire.gone) await wire.settled().catch(() => {});
}

async function forget({ owner, group, wire }, gone = false) {
  wire?.destroy();
  if (gone) return;
  for (const witness of owner.wires) await witness.ask({ unsubscribe: { channel: channel(group) } });
}

// The access ends: no event from the end on may be heard, and no later subscribe may work.
async function ending(seed, act, doing) {
  const choice = dice(seed);
  const at = await prepare(owners[seed % width], choice, doing);
  const { owner, group, who, published } = at;
  const chatter = act === 'deletion' ? Promise.resolve() : (async () => {
    for (let i = 0; i < 3; i++) {
      await sleep(choice.below(25));
      await post(owner, group);
    }
  })();
  const [answer] = await Promise.all([
    sleep(choice.below(50)).then(() => acts[act](owner, group, who)),
    sleep(choice.below(50)).then(async () => (at.wire = await doings[doing](at))),
    chatter,
  ]);
  assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);
  const { wire } = at;
  const heard = () => wire.all.flatMap(({ message: { push, subscribe } }) => {
    if (subscribe) return subscribe.publications ?? [];
    return push?.pub && push.channel === channel(group) ? [push.pub] : [];
  }).map((pub) => pub.data);

  let end;
  if (act === 'deletion') {
    for (const witness of owner.wires) await witness.push('unsubscribe', channel(group), { timeout: 10000 });
    if (!wire.gone) await wire.settled();
    end = Math.max(...heard().map((event) => event.seq), at.start.head) + 1; // nothing can follow it
    const types = heard().map((event) => event.type);
    assert.ok(!types.includes('group.deleted') || types.at(-1) === 'group.deleted');
  } else {
    const last = await post(owner, group, 'not for who is gone');
    await quiet(at, last.seq);
    const log = await eventsAfter(owner, group);
    end = log.find((event) => event.type === lastFor[act] && event.user.id === who.id).seq;
    for (const event of heard()) assert.ok(event.seq < end, `heard ${event.seq} ${event.type}, ended at ${end}`);
    const seqs = heard().map((event) => event.seq);
    assert.deepEqual(seqs, seqs.map((_, i) => seqs[0] + i));
    if (published.id) {
      const reply = await published.reply;
      const stored = log.find((event) => event.message?.client_id === published.id);
      if (reply.publish) assert.ok(stored && stored.seq < end, 'answered, not stored');
      else if (reply.error?.code !== 100) assert.ok(!stored, `refused with ${JSON.stringify(reply)}, and stored`);
    }
  }
  // Whoever asked was answered, whoever was subscribed was told, and nobody gets in again.
  if (wire.asked) await wire.take((m) => m.id === wire.asked);
  const got = wire.all.filter(({ message }) => message.subscribe).length;
  const told = wire.all.filter(({ message }) => message.push?.unsubscribe).length;
  if (got > told) await wire.push('unsubscribe', channel(group), { timeout: 5000 });
  for (const { message } of wire.all) {
    if (message.push?.unsubscribe) assert.equal(message.push.unsubscribe.code, 2000, JSON.stringify(wire.all));
  }
  const again = await wire.subscribe(group);
  assert.equal(again.error?.code, 103, JSON.stringify(again));
  await forget(at, act === 'deletion');
}

// The session ends: its sockets end, and nobody gets in by it again.
async function signingOut(seed, doing) {
  const choice = dice(seed);
  const at = await prepare(owners[seed % width], choice, doing);
  const { owner, group, who } = at;
  let ended;
  await Promise.all([
    sleep(choice.below(50)).then(async () => {
      expect(await who.api.delete('/sessions/current'), 204);
      ended = performance.now();
    }),
    sleep(choice.below(50)).then(async () => (at.wire = await doings[doing](at))),
  ]);
  const end = await at.wire.ended(4000);
  assert.ok([3500, 3503].includes(end.code), JSON.stringify(end));
  assert.ok(end.at - ended < 1500, `${end.at - ended} ms`); // a second, and this machine's haste
  const late = await Wire.open(at.where);
  late.send({ id: 1, connect: { token: who.token } }, { id: 2, ...subscribeTo(group) });
  assert.equal((await late.ended()).code, 3500);
  expect(await client(stack, { bearer: who.token }).get('/me'), 401);
  await forget(at);
  assert.ok(owner);
}

// Someone joins, perhaps after having been removed: once the answer is there, a subscribe
// works, and everything from then on is heard.
async function joining(seed, doing, before) {
  const choice = dice(seed);
  const at = await prepare(owners[seed % width], choice, doing);
  const { owner, group, code, who, start } = at;
  if (before === 'absent') expect(await acts.leaving(owner, group, who), 204);
  await Promise.all([
    sleep(choice.below(40)).then(async () => {
      if (before === 'removed') expect(await acts.removal(owner, group, who), 200);
      await sleep(choice.below(20));
      expect(await who.api.post(`/invites/${code}/accept`, {}), 200);
    }),
    sleep(choice.below(60)).then(async () => (at.wire = await doings[doing](at))),
    post(owner, group),
  ]);
  const { wire } = at;
  const last = post(owner, group, 'welcome');
  // As a client does: subscribe, and again when it is told that a former subscription ended.
  const isSubscribed = () => {
    const count = (fits) => wire.all.filter(({ message }) => fits(message)).length;
    return count((m) => m.subscribe) > count((m) => m.push?.unsubscribe);
  };
  // Pushed, recovered, or in the past of a subscription that began after it.
  const covers = (seq) => wire.events(group).some((pub) => pub.offset === seq) || wire.all.some(({ message }) =>
    (message.subscribe?.offset ?? 0) >= seq || message.subscribe?.publications?.some((pub) => pub.offset === seq));
  await within(8000, (async () => {
    const { seq } = await last;
    while (!covers(seq)) {
      if (!isSubscribed()) {
        const reply = await wire.subscribe(group, { recover: true, offset: start.head, epoch: start.epoch });
        assert.ok(reply.subscribe || [100, 105].includes(reply.error.code), `locked out: ${JSON.stringify(reply)}`);
      }
      await sleep(10);
    }
  })(), 'the one who joined to hear the others');
  await forget(at);
}

const kinds = [];
for (const act of Object.keys(acts)) {
  for (const doing of Object.keys(doings)) {
    kinds.push([`${act} against ${doing}`, (seed) => ending(seed, act, doing)]);
  }
}
for (const doing of Object.keys(doings)) {
  kinds.push([`sign-out against ${doing}`, (seed) => signingOut(seed, doing)]);
}
for (const before of ['absent', 'removed']) {
  for (const doing of ['connecting', 'subscribing', 'recovering', ...(before === 'removed' ? ['listening'] : [])]) {
    kinds.push([`joining (${before} before) against ${doing}`, (seed) => joining(seed, doing, before)]);
  }
}

const each = Math.ceil(rounds / kinds.length);
for (const [at, [what, round]] of kinds.entries()) {
  test(`${what}, ${each} times`, async () => {
    await pool(Array(each), width, async (_, i) => {
      const seed = at * 100000 + i;
      try {
        await within(30000, round(seed), 'the round to end');
      } catch (error) {
        error.message = `round ${seed}: ${error.message}`;
        throw error;
      }
    });
  });
}

test('afterwards the service is well', async () => {
  assert.equal(await until(async () => (await stack.health()).status), 'ok');
});
