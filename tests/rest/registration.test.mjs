// Who may sign up: the setting `registration`, and addresses behind a proxy that is trusted.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem, client, expect } from '../lib/http.mjs';
import { invite, makeGroup, signUp, unique } from '../lib/people.mjs';
import { startStack, wide } from '../lib/stack.mjs';

const byInvite = await startStack({ set: { ...wide, registration: 'invite', trusted_proxies: '127.0.0.1' } });
const closed = await startStack({ set: { ...wide, registration: 'closed' } });
after(async () => {
  await byInvite.stop();
  await closed.stop();
});
const account = () => ({ username: unique(), password: 'correct horse' });

// The link that ./dev up printed makes its opener the first admin; without it nobody gets
// into a closed house.
test('with registration closed nobody signs up', async () => {
  assertProblem(await client(closed).post('/users', account()), 403, 'registration_closed');
  assertProblem(await client(closed).post('/users', { ...account(), invite: 'a'.repeat(22) }), 403, 'registration_closed');
});

test('with registration by invite one needs an invite', async () => {
  assertProblem(await client(byInvite).post('/users', account()), 403, 'registration_closed');
  const wrong = await client(byInvite).post('/users', { ...account(), invite: 'a'.repeat(22) });
  assert.ok([403, 404].includes(wrong.status), String(wrong.status));
  assert.match(byInvite.output, /http:\/\/localhost:\d+\/\S+/); // the admin's way in
});

test('behind a trusted proxy https gives a __Host- cookie that is Secure', async () => {
  const https = client(byInvite, { headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.1' } });
  const { setCookies } = await https.delete('/sessions/current', undefined, { check: false });
  for (const cookie of setCookies) {
    assert.match(cookie, /^__Host-moothall_session=/);
    assert.match(cookie, /; ?Secure/);
    assert.match(cookie, /; ?Path=\//);
  }
});

// The setting is read at start, so that an open stack is made closed by starting it anew on
// the same database: an invite of a member lets a newcomer in, as the setting says.
test('an invite opens an account where registration is by invite, a guest none where closed', async () => {
  const open = await startStack({ set: wide });
  let state;
  try {
    const ana = await signUp(open);
    const group = await makeGroup(ana);
    state = { code: (await invite(ana, group)).code, ana, group };
    for (const [registration, check] of [
      ['invite', async (stack) => {
        const { user } = expect(await client(stack).post('/users', { ...account(), invite: state.code }), 201);
        assert.equal(user.kind, 'member');
        expect(await client(stack).post(`/invites/${state.code}/accept`, { display_name: 'x' }), 201);
      }],
      ['closed', async (stack) => {
        assertProblem(await client(stack).post(`/invites/${state.code}/accept`, { display_name: 'x' }), 403, 'registration_closed');
        const ben = client(stack, { bearer: ana.token });
        expect(await ben.post(`/invites/${state.code}/accept`, {}), 200);
      }],
    ]) {
      await open.again({ ...wide, registration });
      await check(open);
    }
  } finally {
    await open.stop();
  }
});
