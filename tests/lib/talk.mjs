// Conversations under faults: people who say a number of things a second, each until it is
// acknowledged, and who keep all they hear; and what must hold of it at any time.
import assert from 'node:assert/strict';
import { unique } from './people.mjs';
import { listen, sdk } from './socket.mjs';
import { sleep, until } from './wait.mjs';

export class Talker {
  // Back-offs are the client's own defaults.
  constructor(stack, someone, group) {
    this.client = sdk(stack, someone, { minReconnectDelay: undefined, maxReconnectDelay: undefined });
    this.start = group.head;
    this.sub = listen(this.client, group, { since: { offset: group.head, epoch: group.epoch } });
    this.lost = []; // "could not be recovered"
    this.sub.on('subscribed', (at) => {
      if (at.wasRecovering && !at.recovered) this.lost.push(at);
    });
    this.ended = [];
    this.client.on('disconnected', (at) => this.ended.push(at));
    this.sub.on('unsubscribed', (at) => this.ended.push(at));
    this.said = 0;
    this.acknowledged = [];
    this.client.connect();
  }

  get heard() {
    return this.sub.events;
  }

  // Says one thing, again and again until it is acknowledged.
  async say(going = () => true) {
    const client_id = unique('t');
    this.said++;
    while (going()) {
      try {
        await this.sub.publish({ body: client_id, client_id });
        this.acknowledged.push(client_id);
        return client_id;
      } catch (error) {
        assert.ok(![103, 107].includes(error.code), `refused: ${JSON.stringify(error)}`);
        await sleep(50);
      }
    }
    return null;
  }

  talk(perSecond) {
    this.going = true;
    const going = () => this.going;
    const pending = [];
    this.timer = setInterval(() => pending.push(this.say(going)), 1000 / perSecond);
    this.stopTalking = async () => {
      clearInterval(this.timer);
      await until(() => this.acknowledged.length === this.said, { timeout: 10000, what: 'all to be acknowledged' });
      this.going = false;
      await Promise.all(pending);
    };
  }

  // What was heard is the log from where it began, each once, in order.
  assertWhole() {
    const seqs = this.heard.map((event) => event.seq);
    assert.deepEqual(seqs, seqs.map((_, i) => this.start + 1 + i));
    assert.deepEqual(this.lost, []);
    assert.deepEqual(this.ended, []);
  }

  hasAll(ids) {
    const known = new Set(this.heard.map((event) => event.message?.client_id));
    return ids.every((id) => known.has(id));
  }
}
