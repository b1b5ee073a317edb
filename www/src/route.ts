// Addresses: real history, so that Back works.
import { signal } from '@preact/signals';

export const path = signal(location.pathname);

addEventListener('popstate', () => {
  path.value = location.pathname;
});

export function go(to: string, replace = false): void {
  if (to === location.pathname) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  path.value = to;
}

export const groupPath = (id: string) => `/g/${id}`;

// "/g/GROUP" → ["g", "GROUP"]
export const parts = (p: string) => p.split('/').filter((part) => part !== '');
