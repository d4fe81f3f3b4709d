// A guest that carries DWARF: what a trap tells has the lines of its sources, test/guests/lines/src/.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesWasm, repository } from './guests.ts';
import { testEveryWay } from './matrix.ts';

/** Where a text is in a source file of the guest: `src/cart.rs:7:5`. */
function placeOf(file: string, text: string): string {
  const before = readFileSync(join(repository, 'test/guests/lines', file), 'utf8').split(text)[0] ?? '';
  const lines = before.split('\n');
  return `${file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

testEveryWay(
  'the frames of a trap have the lines of the sources',
  async ({ send, warnings, idle }) => {
    assert.equal((await send('/too-long')).status, 500);
    await idle();
    const frames = warnings
      .join('\n')
      .split('\n')
      .filter(line => line.startsWith('    at '));
    const own = frames.filter(frame => frame.includes('(src/'));
    assert.equal(own[0], `    at lines::cart::price (${placeOf('src/cart.rs', 'PRICES[item]')})`);
    assert.ok(own[1]?.endsWith(`(${placeOf('src/lib.rs', 'cart::price(path.len())')})`), frames.join('\n'));
    // Its standard library carries none.
    assert.match(frames[0] ?? '', /^ {4}at .* \(wasm-function\[\d+\]:0x[0-9a-f]+\)$/);
  },
  { app: { source: linesWasm } },
);

testEveryWay(
  'a line of a short path is that of the answer too',
  async ({ send }) => {
    const response = await send('/');
    assert.deepEqual([response.status, await response.text()], [200, '2']);
  },
  { app: { source: linesWasm } },
);
