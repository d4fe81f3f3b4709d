// A guest that computes for ever and cannot give way with plain bindings: only the end of its thread stops it.
import { bumpRealloc, writeWatGuest } from './wat-guest.ts';

/** Writes it into the folder; gives its path. */
export const writeLoopingGuest = (folder: string): Promise<string> =>
  writeWatGuest(folder, {
    fields: `
      (memory (export "memory") 2)
      (global $next (mut i32) (i32.const 1024))
      ${bumpRealloc}
      (func $main (param $command i32) (param $out i32) (loop $again (br $again)))`,
  });
