// Guests in WAT that answer with a text that is written into them: another version of the app is made in milliseconds.
import { rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bumpRealloc, onCommand, writeWatGuest } from './wat-guest.ts';

/** What is written: a component, or what becomes one when it is loaded. */
export type GuestKind = 'component' | 'core module';

/**
 * Writes a guest to `path` that answers every request with the text. `/s...` sleeps for half a second between the head with half
 * of the text and the rest; `/t` traps.
 */
export async function writeTextGuest(path: string, text: string, kind: GuestKind = 'component'): Promise<void> {
  const { length } = text;
  const half = Math.floor(length / 2);
  await writeGuest(
    path,
    `(data (i32.const 1024) ${JSON.stringify(text)})
      (func $main (param $command i32) (param $out i32) (local $stream i32)
        ${onCommand('t', 'unreachable')}
        ${onCommand(
          's',
          `(local.set $stream (call $begin (local.get $out)))
           (call $write (local.get $stream) (i32.const 1024) (i32.const ${half}) (i32.const 128))
           (call $sleep (i64.const 500000000))
           (call $write (local.get $stream) (i32.const ${1024 + half}) (i32.const ${length - half}) (i32.const 128))
           (call $finish (local.get $stream))`,
        )}
        (call $answer (local.get $out) (i32.const 1024) (i32.const ${length})))`,
    kind,
  );
}

/** A guest that traps while it is instantiated. */
export async function writeBrokenStart(path: string): Promise<void> {
  await writeGuest(path, '(func $start unreachable) (start $start) (func $main (param $command i32) (param $out i32))');
}

/** Writes a guest with these fields, which define `$main`. */
export async function writeGuest(path: string, fields: string, kind: GuestKind = 'component'): Promise<void> {
  const made = await writeWatGuest(dirname(path), {
    isCore: kind === 'core module',
    fields: `(memory (export "memory") 1) (global $next (mut i32) (i32.const 4096)) ${bumpRealloc} ${fields}`,
  });
  await copyFile(made, path);
  rmSync(dirname(made), { recursive: true });
}
