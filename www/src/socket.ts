// The adapter of `centrifuge`: the only file that knows it.
import { Centrifuge, type Subscription } from 'centrifuge';
import type { GroupEvent } from './types';

export interface SocketEvents {
  event: (group: string, event: GroupEvent) => void;
  personal: (notice: { type: string } & Record<string, unknown>) => void;
  told: (type: string) => void; // resync, degraded, live
  connected: () => void;
  connecting: () => void;
  ended: () => void; // the session is over
  lost: (group: string) => void; // unsubscribed for good
  unrecovered: (group: string) => void; // something was missed: load it anew
}

export class Socket {
  private readonly client: Centrifuge;
  private closed = false;
  private readonly subs = new Map<string, Subscription>();

  constructor(private readonly on: SocketEvents) {
    const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/connection/websocket`;
    this.client = new Centrifuge(url, { minReconnectDelay: 300, maxReconnectDelay: 5000 });
    this.client.on('connected', () => on.connected());
    this.client.on('connecting', () => on.connecting());
    this.client.on('disconnected', (ctx) => {
      // 3500-3999 and error 101 are final: the credential is no good any more.
      if (ctx.code === 101 || ctx.code === 3500 || ctx.code === 3503) on.ended();
      else if (ctx.code !== 0) {
        // Refused for another reason: not at once again, but not never.
        on.connecting();
        setTimeout(() => !this.closed && this.client.connect(), 5000);
      }
    });
    this.client.on('publication', (ctx) => on.personal(ctx.data));
    this.client.on('message', (ctx) => on.told(ctx.data?.type));
  }

  connect(): void {
    this.client.connect();
  }

  // At once, instead of at the end of the back-off.
  retry(): void {
    if (this.client.state === 'connecting') {
      this.client.disconnect();
      this.client.connect();
    }
  }

  close(): void {
    this.closed = true;
    this.client.removeAllListeners();
    this.client.disconnect();
    this.subs.clear();
  }

  groups(): string[] {
    return [...this.subs.keys()];
  }

  // From the position of a snapshot on.
  subscribe(group: string, offset: number, epoch: string): void {
    if (this.subs.has(group)) return;
    const sub = this.client.newSubscription(`group:${group}`, {
      since: { offset, epoch },
      minResubscribeDelay: 300,
      maxResubscribeDelay: 5000,
    });
    this.subs.set(group, sub);
    sub.on('publication', (ctx) => this.on.event(group, ctx.data as GroupEvent));
    sub.on('subscribed', (ctx) => {
      if (ctx.wasRecovering && !ctx.recovered) this.on.unrecovered(group);
    });
    sub.on('unsubscribed', () => {
      if (this.subs.get(group) !== sub) return;
      this.forget(group);
      this.on.lost(group);
    });
    sub.subscribe();
  }

  private forget(group: string): void {
    const sub = this.subs.get(group);
    if (!sub) return;
    this.subs.delete(group);
    sub.removeAllListeners();
    if (sub.state !== 'unsubscribed') sub.unsubscribe();
    this.client.removeSubscription(sub);
  }

  unsubscribe(group: string): void {
    this.forget(group);
  }
}
