// The shapes of the nouns: every member there, of its type, and no other.
import assert from 'node:assert/strict';

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const id = /^[0-9A-Za-z]{1,26}$/;

const isText = (v) => typeof v === 'string';
const isId = (v) => isText(v) && id.test(v);
const isTime = (v) => isText(v) && time.test(v);
const isBool = (v) => typeof v === 'boolean';
const isCount = (v) => Number.isSafeInteger(v) && v >= 0;
const isSeq = (v) => Number.isSafeInteger(v) && v >= 1;
const orNull = (check) => (v) => v === null || check(v);
const oneOf = (...all) => (v) => all.includes(v);
const fits = (shape) => (v) => {
  check(v, shape);
  return true;
};
const list = (item) => (v) => Array.isArray(v) && v.every(item);

// Exactly the shape's members, each with its check.
export function check(value, shape) {
  assert.equal(typeof value, 'object', `${JSON.stringify(value)} is no object`);
  assert.ok(value !== null, 'null is no object');
  assert.deepEqual(Object.keys(value).sort(), Object.keys(shape).sort());
  for (const [name, fine] of Object.entries(shape)) {
    assert.ok(fine(value[name]), `${name}: ${JSON.stringify(value[name])} in ${JSON.stringify(value).slice(0, 500)}`);
  }
}

export const user = {
  id: isId,
  username: orNull(isText),
  display_name: isText,
  kind: oneOf('member', 'guest', 'bot'),
  admin: isBool,
  created_at: isTime,
};

export const me = {
  role: oneOf('owner', 'admin', 'member'),
  joined_at: isTime,
  read_seq: isCount,
  unread: isCount,
  mentions: isCount,
  notify: oneOf('all', 'mentions', 'nothing'),
  muted_until: orNull(isTime),
};

export const group = {
  id: isId,
  name: orNull(isText),
  description: isText,
  visibility: oneOf('public', 'private'),
  kind: oneOf('chat', 'announcement', 'direct'),
  slow_mode_seconds: isCount,
  archived: isBool,
  members_can_invite: isBool,
  created_at: isTime,
  member_count: isCount,
  head: isCount,
  epoch: (v) => isText(v) && v !== '',
  me: orNull(fits(me)),
};

export const author = { id: isId, display_name: isText, kind: oneOf('member', 'guest', 'bot') };

export const message = {
  seq: isSeq,
  group: isId,
  author: fits(author),
  body: isText,
  client_id: orNull(isText),
  reply_to: orNull(isSeq),
  created_at: isTime,
  edited_at: orNull(isTime),
  deleted: isBool,
  reactions: list(fits({ emoji: isText, count: isSeq, me: isBool })),
};

export const invite = {
  id: isId,
  code: (v) => isText(v) && /^[0-9A-Za-z_-]{22,64}$/.test(v),
  url: isText,
  label: isText,
  created_by: () => true, // held by the tests of invites
  created_at: isTime,
  expires_at: orNull(isTime),
  max_uses: orNull(isSeq),
  uses: isCount,
  state: oneOf('active', 'expired', 'used_up', 'revoked'),
};

export const preview = {
  group: fits({ name: isText, description: isText, member_count: isCount }),
  inviter: fits({ display_name: isText }),
  expires_at: orNull(isTime),
  state: oneOf('active', 'expired', 'used_up', 'revoked'),
};

export const member = {
  user: fits(user),
  role: oneOf('owner', 'admin', 'member'),
  joined_at: isTime,
  muted_until: orNull(isTime),
  online: isBool,
};
