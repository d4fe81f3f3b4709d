// Guests written as text that export wasi:http/handler 0.3.0: what wat-guest.ts says of fields holds, with this prelude.
import { assemble, nested, type Prelude, type WatGuest } from './wat-guest.ts';

/** Writes the component into the folder; gives its path. `$out` means nothing to it. */
export const writeWatGuest3 = (folder: string, guest: WatGuest): Promise<string> => assemble(folder, guest, prelude3);

const handler = `interface handler {
  use types.{request, response, error-code};
  handle: async func(request: request) -> result<response, error-code>;
}`;

const wit = `package tspin:test@1.0.0;
world guest {
  import wasi:http/types@0.3.0;
  import wasi:clocks/monotonic-clock@0.3.0;
  export wasi:http/handler@0.3.0;
}
${nested('wasi-clocks@0.3.0')}
${nested('wasi-http@0.3.0', handler)}`;

const types = '"wasi:http/types@0.3.0"';

const imports = `
  (import ${types} "[method]request.get-path-with-query" (func $path-with-query (param i32 i32)))
  (import ${types} "[constructor]fields" (func $new-fields (result i32)))
  (import ${types} "[method]fields.has" (func $fields-has (param i32 i32 i32) (result i32)))
  (import ${types} "[static]response.new" (func $new-response (param i32 i32 i32 i32 i32)))
  (import ${types} "[stream-new-0][static]response.new" (func $new-stream (result i64)))
  (import ${types} "[async-lower][stream-write-0][static]response.new" (func $write (param i32 i32 i32) (result i32)))
  (import ${types} "[stream-drop-writable-0][static]response.new" (func $drop-writer (param i32)))
  (import ${types} "[future-new-1][static]response.new" (func $new-trailers (result i64)))
  (import ${types} "[async-lower][future-write-1][static]response.new" (func $write-trailers (param i32 i32) (result i32)))
  (import ${types} "[future-drop-writable-1][static]response.new" (func $drop-trailers-writer (param i32)))
  (import "wasi:clocks/monotonic-clock@0.3.0" "[async-lower]wait-for" (func $start-wait (param i64) (result i32)))
  (import "wasi:clocks/monotonic-clock@0.3.0" "wait-for" (func $sleep (param i64)))
  (import "$root" "[waitable-set-new]" (func $new-set (result i32)))
  (import "$root" "[waitable-join]" (func $join (param i32 i32)))
  (import "$root" "[context-get-0]" (func $context (result i32)))
  (import "$root" "[context-set-0]" (func $set-context (param i32)))
  (import "[export]wasi:http/handler@0.3.0" "[task-return]handle"
    (func $task-return (param i32 i32 i32 i64 i32 i32 i32 i32)))`;

/**
 * $answer (out, pointer, length): answers 200 with those bytes as the body, which stay there until the end; they are taken when
 * $main has returned. $sleep (ns: i64).
 */
const fields = `
  (global $writer (mut i32) (i32.const 0))
  (global $trailers (mut i32) (i32.const 0))
  (global $set (mut i32) (i32.const 0))
  ;; What $main wants the task to return, if that is not what follows from its answer.
  (global $code (mut i32) (i32.const 0))
  (global $is-written (mut i32) (i32.const 0))
  (func (export "[async-lift]wasi:http/handler@0.3.0#handle") (param $request i32) (result i32)
    (call $path-with-query (local.get $request) (i32.const 16))
    (call $main (i32.load8_u offset=1 (i32.load (i32.const 20))) (i32.const 0))
    (global.set $set (call $new-set))
    (if (global.get $code) (then (return (global.get $code))))
    (if (i32.eqz (global.get $writer)) (then (return (i32.const 0))))
    (if (i32.eq (global.get $is-written) (i32.const -1)) (then (return (call $wait-for-end (global.get $writer)))))
    (call $end-body))
  (func (export "[callback][async-lift]wasi:http/handler@0.3.0#handle") (param $event i32) (param $end i32) (param i32) (result i32)
    (call $join (local.get $end) (i32.const 0))
    (if (i32.eq (local.get $end) (global.get $writer)) (then (return (call $end-body))))
    (call $drop-trailers-writer (global.get $trailers))
    (i32.const 0))
  (func $wait-for-end (param $end i32) (result i32)
    (call $join (local.get $end) (global.get $set))
    (i32.or (i32.const 2) (i32.shl (global.get $set) (i32.const 4))))
  (func $end-body (result i32)
    (call $drop-writer (global.get $writer))
    ;; ok(none)
    (memory.fill (i32.const 48) (i32.const 0) (i32.const 64))
    (if (i32.eq (call $write-trailers (global.get $trailers) (i32.const 48)) (i32.const -1))
      (then (return (call $wait-for-end (global.get $trailers)))))
    (call $drop-trailers-writer (global.get $trailers))
    (i32.const 0))
  (func $high (param i64) (result i32) (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 32))))
  (func $answer (param $out i32) (param $pointer i32) (param $length i32)
    (local $body i64) (local $last i64)
    (local.set $body (call $new-stream))
    (local.set $last (call $new-trailers))
    (global.set $writer (call $high (local.get $body)))
    (global.set $trailers (call $high (local.get $last)))
    (call $new-response (call $new-fields) (i32.const 1) (i32.wrap_i64 (local.get $body)) (i32.wrap_i64 (local.get $last))
      (i32.const 32))
    (call $task-return (i32.const 0) (i32.load (i32.const 32)) (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0)
      (i32.const 0) (i32.const 0))
    (global.set $is-written (call $write (global.get $writer) (local.get $pointer) (local.get $length))))`;

const prelude3: Prelude = { wit, imports, fields };
