// A message that was stored and answered, and whose announcement died with the api.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { crowd, getGroup, post } from '../lib/people.mjs';
import { Wire } from '../lib/socket.mjs';
import { startStack, wide } from '../lib/stack.mjs';
import { until } from '../lib/wait.mjs';

const stack = await startStack({ relays: 2, set: wide, points: 'api.publish.before=400' });
after(() => stack.stop());

test('a kill between COMMIT and PUBLISH loses nothing, and needs no other message', async () => {
  const { owner, group, guests: [gus] } = await crowd(stack, 1);
  const relays = stack.relays().map((name) => ({ socket: stack.socket(name) }));
  const wires = await Promise.all(relays.map((relay) => Wire.connect(relay, gus)));
  for (const wire of wires) await wire.subscribe(group);
  for (let round = 0; round < 3; round++) {
    const said = await post(owner, group, `round ${round}`);
    const pid = stack.kill('api');
    for (const wire of wires) assert.ok(!wire.events(group).some((pub) => pub.offset === said.seq), 'announced before the kill');
    await until(() => stack.pid('api') !== pid);
    for (const wire of wires) {
      const pub = await wire.event(group, (data) => data.seq === said.seq, { timeout: 5000 });
      assert.equal(pub.data.message.body, `round ${round}`);
    }
  }
  for (const wire of wires) {
    const seqs = wire.events(group).map((pub) => pub.offset);
    const { head } = await until(() => getGroup(owner, group));
    assert.deepEqual(seqs.slice(-3), [head - 2, head - 1, head]);
    wire.destroy();
  }
});
