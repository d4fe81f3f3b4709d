import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traced } from '../../../src/host/outbound-http/trace-context.ts';
import type { Entry } from '../../../src/host/wasi-http/fields.ts';

const entries = (...pairs: readonly (readonly [string, string])[]): Entry[] =>
  pairs.map(([name, value]): Entry => [name, Buffer.from(value)]);
const texts = (list: readonly Entry[]): string[] => list.map(([name, value]) => `${name}: ${Buffer.from(value).toString()}`);

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const own = entries(['accept', '*/*']);

test('the trace context of the request is passed on, with all of its state', () => {
  const received = entries(['traceparent', parent], ['x', 'y'], ['tracestate', 'a=1'], ['tracestate', 'b=2']);
  assert.deepEqual(texts(traced(own, received)), ['accept: */*', `traceparent: ${parent}`, 'tracestate: a=1', 'tracestate: b=2']);
});

test('a guest that sets one keeps its own', () => {
  for (const name of ['traceparent', 'Tracestate']) {
    const headers = entries([name, 'own']);
    assert.equal(traced(headers, entries(['traceparent', parent])), headers);
  }
});

test('a later version may have more behind it', () => {
  const later = entries(['traceparent', `01${parent.slice(2)}-more`]);
  assert.equal(traced(own, later).length, 2);
});

const ignored: readonly (readonly string[])[] = [
  [],
  [parent, parent],
  ['nonsense'],
  [`${parent}-more`],
  [`ff${parent.slice(2)}`],
  [parent.toUpperCase()],
  [parent.replace(/[\da-f]{32}/, '0'.repeat(32))],
  [parent.replace(/-[\da-f]{16}-/, `-${'0'.repeat(16)}-`)],
];
for (const received of ignored) {
  test(`a trace context that is none is not passed on: ${JSON.stringify(received)}`, () => {
    const pairs = received.map(value => ['traceparent', value] as const);
    assert.equal(traced(own, entries(...pairs, ['tracestate', 'a=1'])), own);
  });
}
