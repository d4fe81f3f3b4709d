// A guest of WASI 0.3 that remembers how many requests its instance has served, and the options by which instances are reused.
import type { Reuse } from '../../src/runtime/instance-options.ts';
import { bumpRealloc, onCommand } from './wat-guest.ts';
import { writeWatGuest3 } from './wat-guest-3.ts';

/** Writes it into the folder; gives its path. It answers with one byte: how many requests it has served. `/t` traps. */
export const writeCountingGuest = (folder: string): Promise<string> =>
  writeWatGuest3(folder, {
    fields: `
      (memory (export "memory") 2)
      (global $next (mut i32) (i32.const 1024))
      (global $count (mut i32) (i32.const 0))
      ${bumpRealloc}
      (func $main (param $command i32) (param $out i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        ${onCommand('t', 'unreachable')}
        (i32.store8 (i32.const 512) (global.get $count))
        (call $answer (local.get $out) (i32.const 512) (i32.const 1)))`,
  });

export const reusing = ({ count = 128, concurrent = 16, idleMs = 60_000 } = {}): {
  readonly instances: { readonly reuse: Reuse };
} => ({
  instances: { reuse: { count: [count, count + 1], concurrent: [concurrent, concurrent + 1], idleMs: [idleMs, idleMs + 1] } },
});
