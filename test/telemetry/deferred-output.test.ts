import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deferOutput } from '../../src/telemetry/deferred-output.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('output before the opening comes first, in its order', () => {
  const output = deferOutput();
  const seen: string[] = [];
  output.write('one', 'stdout', bytes('a'));
  output.write('two', 'stderr', bytes('b'));
  output.open({ write: (component, stream, chunk) => void seen.push(`${component} ${stream} ${Buffer.from(chunk).toString()}`) });
  output.write('one', 'stdout', bytes('c'));
  assert.deepEqual(seen, ['one stdout a', 'two stderr b', 'one stdout c']);
});

test('no more than a mebibyte is held', () => {
  const output = deferOutput();
  let held = 0;
  for (let count = 0; count < 40; count++) output.write('one', 'stdout', new Uint8Array(100_000));
  output.open({ write: (_component, _stream, chunk) => void (held += chunk.byteLength) });
  assert.equal(held, 1_000_000);
});
