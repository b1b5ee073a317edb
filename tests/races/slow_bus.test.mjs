// What is committed is published late; subscribes are quick. So a permission is read from a
// database that knows more than the relay has heard.
process.env.MOOTHALL_RACE = 'relay.subscribe.before_bus=~10,relay.subscribe.before_answer=~20,api.publish.before=~10';
await import('./rounds.mjs');
