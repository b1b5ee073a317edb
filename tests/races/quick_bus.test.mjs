// What is committed is published at once; subscribes dawdle. So a removal arrives between
// the permission and the reply, and a sign-out overtakes the answer that knew the session.
process.env.MOOTHALL_RACE = 'relay.subscribe.before_bus=~30,relay.subscribe.before_answer=~100,api.publish.before=~1,api.answer.before=~8';
await import('./rounds.mjs');
