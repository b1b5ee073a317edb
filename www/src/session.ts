// Who is signed in here: undefined while we do not know, null for nobody.
import { signal } from '@preact/signals';
import { ApiError, call, onSessionEnded } from './api';
import type { User } from './types';

export const me = signal<User | null | undefined>(undefined);
export const endedNotice = signal(false);

export async function loadMe(): Promise<void> {
  for (;;) {
    try {
      me.value = await call<User>('GET', '/me');
      return;
    } catch (e) {
      if (e instanceof ApiError && !e.passing) {
        me.value = null;
        return;
      }
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

export function signedIn(user: User): void {
  endedNotice.value = false;
  me.value = user;
}

export function sessionEnded(): void {
  if (me.value) {
    endedNotice.value = true;
    me.value = null;
  }
}
onSessionEnded(sessionEnded);

export async function signOut(): Promise<void> {
  await call('DELETE', '/sessions/current');
  me.value = null;
  endedNotice.value = false;
}
