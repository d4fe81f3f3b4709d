import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Events, type InvocationEvent } from '../../src/runtime/events.ts';

const event: InvocationEvent = { component: 'c', cause: 'GET /', outcome: { kind: 'returned' }, ms: 1 };

test('every listener hears every event until it stops listening', () => {
  const events = new Events();
  const heard: string[] = [];
  const stop = events.listen(() => void heard.push('first'));
  events.listen(() => void heard.push('second'));
  events.publish(event);
  stop();
  events.publish(event);
  assert.deepEqual(heard, ['first', 'second', 'second']);
});

test('what is wanted is the most that anybody listens for', () => {
  const events = new Events();
  assert.equal(events.wanted, undefined);
  const failures = events.listen(() => {}, 'failures');
  assert.equal(events.wanted, 'failures');
  const all = events.listen(() => {});
  assert.equal(events.wanted, 'all');
  all();
  failures();
  assert.equal(events.wanted, undefined);
});

test('who listens for failures hears of nothing else', () => {
  const events = new Events();
  const heard: string[] = [];
  events.listen(({ outcome }) => void heard.push(outcome.kind), 'failures');
  const event = { component: 'c', cause: 'GET /', ms: 1 };
  events.publish({ ...event, outcome: { kind: 'returned' } });
  events.publish({ ...event, outcome: { kind: 'cancelled', reason: 'stopping' } });
  assert.deepEqual(heard, ['cancelled']);
});
