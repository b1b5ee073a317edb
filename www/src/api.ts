// The REST interface, same origin, by cookie. The only place that calls fetch.
import { words } from './words';

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: no answer
    readonly code: string,
    readonly retryAfter: number, // seconds
    readonly fields: { field: string; message: string }[] = [],
  ) {
    super(code);
  }

  // Worth sending again as it is.
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const sessionEndedListeners: (() => void)[] = [];
export const onSessionEnded = (listener: () => void) => void sessionEndedListeners.push(listener);

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(30000), // a frozen line is no answer
    });
  } catch {
    throw new ApiError(0, 'offline', 1);
  }
  if (answer.status === 204) return undefined as T;
  const data: unknown = await answer.json().catch(() => null);
  if (answer.ok) {
    if (data === null) throw new ApiError(0, 'offline', 1); // cut in the middle
    return data as T;
  }
  const problem = (data ?? {}) as { code?: string; errors?: { field: string; message: string }[] };
  if (answer.status === 401 && !path.startsWith('/sessions') && path !== '/me')
    sessionEndedListeners.forEach((listener) => listener());
  throw new ApiError(
    answer.status,
    problem.code ?? 'unavailable',
    Number(answer.headers.get('Retry-After')) || 1,
    problem.errors,
  );
}

// What a person reads when a call was refused.
export function textOf(error: unknown): string {
  if (!(error instanceof ApiError)) return words.unexpected;
  const known: Record<string, string> = {
    offline: words.offline,
    unauthorized: words.wrongPassword,
    name_taken: words.nameTaken,
    registration_closed: words.registrationClosed,
    too_many_requests: words.slowDown,
    slow_mode: words.slowDown,
    unavailable: words.unavailable,
    invite_expired: words.expired,
    invite_used_up: words.usedUp,
    invite_revoked: words.revoked,
    banned: words.banned,
    not_found: words.notFound,
    last_owner: words.lastOwner,
    forbidden: words.forbidden,
    muted: words.muted,
  };
  const fields = error.fields.map((f) => `${f.field} ${f.message}`).join('; ');
  return known[error.code] ?? (fields || words.unexpected);
}
