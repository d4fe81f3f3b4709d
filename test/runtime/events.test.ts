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

test('events are wanted while somebody listens', () => {
  const events = new Events();
  assert.equal(events.wanted, false);
  const stop = events.listen(() => {});
  assert.equal(events.wanted, true);
  stop();
  assert.equal(events.wanted, false);
});
