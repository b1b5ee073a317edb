// People, groups and invites for tests: each made fresh, by the public interface.
import crypto from 'node:crypto';
import { client, expect } from './http.mjs';

let count = 0;
export const unique = (prefix = 'p') =>
  `${prefix}${(count++).toString(36)}_${crypto.randomBytes(5).toString('hex')}`;

const person = (stack, { user, token }, extra = {}) => ({
  id: user.id,
  user,
  token,
  api: client(stack, { bearer: token }),
  ...extra,
});

// A member with a password.
export async function signUp(stack, { username = unique(), password = 'correct horse', ...more } = {}) {
  const made = expect(await client(stack).post('/users', { username, password, ...more }), 201);
  return person(stack, made, { username, password });
}

// Another session of the same person.
export async function signIn(stack, { username, password }) {
  const made = expect(await client(stack).post('/sessions', { username, password }), 201);
  return person(stack, made, { username, password });
}

export async function makeGroup(owner, { name = unique('group '), visibility = 'private', ...more } = {}) {
  return expect(await owner.api.post('/groups', { name, visibility, ...more }), 201);
}

export async function invite(maker, group, options = {}) {
  return expect(await maker.api.post(`/groups/${group.id}/invites`, options), 201);
}

// Someone signed in takes the invite.
export async function accept(someone, code) {
  return expect(await someone.api.post(`/invites/${code}/accept`, {}), 200);
}

// Someone not signed in takes it: a guest. Costs no password hash, so it is the cheap person.
export async function guest(stack, code, display_name = unique('guest ')) {
  const made = expect(await client(stack).post(`/invites/${code}/accept`, { display_name }), 201);
  return person(stack, made, { group: made.group });
}

// someone becomes a member of the group, by what the group allows.
export async function addMember(owner, group, someone) {
  if (group.visibility === 'public' && someone.user.kind === 'member') {
    const joined = await someone.api.put(`/groups/${group.id}/members/me`);
    return expect(joined, joined.status === 200 ? 200 : 201);
  }
  const { code } = await invite(owner, group);
  return (await accept(someone, code)).group;
}

export async function setRole(owner, group, someone, role) {
  return expect(await owner.api.patch(`/groups/${group.id}/members/${someone.id}`, { role }), 200);
}

export async function post(someone, group, body = unique('message '), more = {}) {
  const answer = await someone.api.post(`/groups/${group.id}/messages`, { body, ...more });
  return expect(answer, answer.status === 200 ? 200 : 201);
}

export async function getGroup(someone, group) {
  return expect(await someone.api.get(`/groups/${group.id}`), 200);
}

// All events of the group after a seq.
export async function eventsAfter(someone, group, after = 0) {
  const all = [];
  for (;;) {
    const page = expect(await someone.api.get(`/groups/${group.id}/events?after=${after}&limit=100`), 200);
    all.push(...page.items);
    if (page.items.length === 0 || page.items.at(-1).seq >= page.head) return all;
    after = page.items.at(-1).seq;
  }
}

// A private group with an owner (a member) and n guests in it.
export async function crowd(stack, n, options = {}) {
  const owner = await signUp(stack);
  const group = await makeGroup(owner, options);
  const { code } = await invite(owner, group);
  const guests = await Promise.all(Array.from({ length: n }, () => guest(stack, code)));
  return { owner, group, code, guests };
}
