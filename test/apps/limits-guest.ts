// A guest that takes more than it should, in every way that there is; see the commands.
import { bumpRealloc, onCommand, type WatGuest } from './wat-guest.ts';

/** So many bytes are held back in vain by each command that does. */
export const chunkBytes: number = 64 * 1024;

const forEver = (statements: string): string => `(loop $again ${statements} (br $again))`;

/** Statements that write a chunk to `stream` when it takes one, and wait a little when it does not. */
const writeChunk = (stream: string): string => `
  (call $check-write ${stream} (i32.const 128))
  (if (i32.load8_u (i32.const 128)) (then (return)))
  (if (i64.lt_u (i64.load (i32.const 136)) (i64.const ${chunkBytes}))
    (then (call $sleep (i64.const 1000000)))
    (else (call $stream-write ${stream} (i32.const 65536) (i32.const ${chunkBytes}) (i32.const 128))))`;

export const limitsGuest: WatGuest = {
  fields: `
    (memory (export "memory") 4)
    (data (i32.const 4096) "ok")
    (data (i32.const 4100) "header")
    (global $next (mut i32) (i32.const 131072))
    (global $held (mut i32) (i32.const 0))
    ${bumpRealloc}
    (func $ok (param $out i32) (call $answer (local.get $out) (i32.const 4096) (i32.const 2)))
    ;; A page more until there is none, each of them written to; the pages that there are then.
    (func $grow (result i32)
      (block $full
        (loop $more
          (br_if $full (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
          (i32.store (i32.mul (i32.sub (memory.size) (i32.const 1)) (i32.const 65536)) (i32.const 1))
          (br $more)))
      (memory.size))
    (func $recurse (param i32) (result i32) (i32.add (i32.const 1) (call $recurse (i32.add (local.get 0) (i32.const 1)))))
    (func $print (param $stream i32) (param $times i32)
      (loop $more
        (call $stream-write (local.get $stream) (i32.const 65536) (i32.const ${chunkBytes}) (i32.const 128))
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $more (local.get $times))))
    (func $flood (param $out i32)
      (local $stream i32)
      (local.set $stream (call $begin (local.get $out)))
      ${forEver(writeChunk('(local.get $stream)'))})
    ;; Bodies of responses that nobody will ever get, each filled as far as it takes.
    (func $bodies
      ${forEver(`
        (call $response-body (call $new-response (call $new-fields)) (i32.const 32))
        (call $body-write (i32.load (i32.const 36)) (i32.const 48))
        (call $stream-write (i32.load (i32.const 52)) (i32.const 65536) (i32.const ${chunkBytes}) (i32.const 128))`)})
    (func $headers
      (local $fields i32)
      (memory.fill (i32.const 65536) (i32.const 97) (i32.const ${chunkBytes}))
      ${forEver(`
        (local.set $fields (call $new-fields))
        (call $fields-append (local.get $fields) (i32.const 4100) (i32.const 6) (i32.const 65536) (i32.const ${chunkBytes})
          (i32.const 128))`)})
    (func $main (param $command i32) (param $out i32)
      ${onCommand('m', '(i32.store (i32.const 512) (call $grow)) (call $answer (local.get $out) (i32.const 512) (i32.const 4))')}
      ${onCommand('k', '(drop (call $grow)) (call $ok (local.get $out)) (call $sleep (i64.const 3600000000000))')}
      ${onCommand('M', '(drop (call $grow)) unreachable')}
      ${onCommand('h', forEver('(drop (call $new-fields))'))}
      ${onCommand('H', '(call $headers)')}
      ${onCommand('B', '(call $bodies)')}
      ${onCommand('r', '(drop (call $recurse (i32.const 0)))')}
      ${onCommand('w', '(call $sleep (i64.const 3600000000000))')}
      ${onCommand('n', '(call $sleep (i64.const 50000000)) (call $ok (local.get $out))')}
      ${onCommand('o', '(call $print (call $get-stdout) (i32.const 1600)) (call $ok (local.get $out))')}
      ${onCommand('e', '(call $print (call $get-stderr) (i32.const 800)) (call $ok (local.get $out))')}
      ${onCommand('f', '(call $flood (local.get $out))')}
      (call $ok (local.get $out)))`,
};
