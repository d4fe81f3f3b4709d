// A guest that carries DWARF: what a trap tells has the lines of its sources, test/guests/lines/src/.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesCoreWasm, linesWasm, repository } from './guests.ts';
import { testEveryWay } from './matrix.ts';

/** Where a text is in a source file of the guest: `src/cart.rs:7:5`. */
function placeOf(file: string, text: string): string {
  const before = readFileSync(join(repository, 'test/guests/lines', file), 'utf8').split(text)[0] ?? '';
  const lines = before.split('\n');
  return `${file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

// As workers do it: a panic of Rust has twelve frames of its own.
Error.stackTraceLimit = 40;

for (const [kind, source] of Object.entries({ component: linesWasm, 'core module': linesCoreWasm })) {
  testEveryWay(
    `the frames of a trap in a ${kind} have the lines of the sources`,
    async ({ send, warnings, invocations, idle }) => {
      assert.equal((await send('/too-long')).status, 500);
      await idle();
      const outcome = invocations[0]?.outcome;
      assert.equal(outcome?.kind, 'trapped');
      const { frames } = outcome.trap;
      const own = frames.filter(frame => frame.includes('(src/'));
      assert.equal(own[0], `lines::cart::price (${placeOf('src/cart.rs', 'PRICES[item]')})`, frames.join('\n'));
      assert.ok(own[1]?.endsWith(`(${placeOf('src/lib.rs', 'cart::price(path.len())')})`), frames.join('\n'));
      // Its standard library carries none.
      assert.match(frames[1] ?? '', /^std::.* \(wasm-function\[\d+\]:0x[0-9a-f]+\)$/);
      assert.match(warnings.join('\n'), /\n {4}at lines::cart::price \(src\/cart\.rs:\d+:\d+\)\n/);
    },
    { app: { source } },
  );
}
