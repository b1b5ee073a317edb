// What is committed is published at once; subscribes dawdle. So a removal arrives between
// the permission and the reply.
process.env.MOOTHALL_RACE = 'relay.subscribe.before_bus=~30,relay.subscribe.before_answer=~100,api.publish.before=~1';
await import('./rounds.mjs');
