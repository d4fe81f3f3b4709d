// Guests written as text, for what no toolchain would build: loops without end, writes everywhere. Each exports
// wasi:http/incoming-handler 0.2 and gets a few functions to read its request and to answer.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { repository } from './guests.ts';

export interface WatGuest {
  /**
   * Fields of the core module: it must define the memory "memory" of a page or more, `cabi_realloc`, and the function `$main`
   * with the parameters `$command` (the byte behind the first slash of the path) and `$out` (the response-outparam). `prelude`
   * below says what it may call. Bytes 0 to 255 are the prelude's.
   */
  readonly fields: string;
  /** Imports besides those of the prelude. */
  readonly imports?: string;
  /** Another core module, of this name, that shares the memory: it imports "env" "memory". */
  readonly library?: { readonly name: string; readonly wat: string };
  /** The versions of WASI's packages, 0.2.12 where none is given. */
  readonly versions?: WasiVersions;
  /** Leaves it a core module with a component-type section, of which tspin makes the component. */
  readonly isCore?: boolean;
}

/** By package: `{ http: '0.2.3' }`. */
export type WasiVersions = Readonly<Record<string, string>>;

/** What a guest of one generation of WASI is put together from. */
export interface Prelude {
  readonly wit: string;
  readonly imports: string;
  readonly fields: string;
}

/** Writes the component into the folder; gives its path. */
export const writeWatGuest = (folder: string, guest: WatGuest): Promise<string> => assemble(folder, guest, prelude2);

export async function assemble(folder: string, guest: WatGuest, prelude: Prelude): Promise<string> {
  const { fields, imports = '', library, versions = {}, isCore = false } = guest;
  const of = (text: string): string =>
    text.replaceAll(/(wasi:([a-z]+)(\/[a-z-]+)?)@0\.2\.12/g, (whole, name: string, one: string) =>
      versions[one] === undefined ? whole : `${name}@${versions[one]}`,
    );
  const wat = of(`(module ${prelude.imports} ${imports} ${fields} ${prelude.fields})`);
  const module = await componentEmbed({ binary: await parse(wat), witSource: of(prelude.wit), world: 'guest' });
  const libraries: [string, Uint8Array][] = library ? [[library.name, await parse(library.wat)]] : [];
  const path = join(mkdtempSync(join(folder, 'guest-')), 'guest.wasm');
  writeFileSync(path, isCore ? module : await componentNew(module, libraries));
  return path;
}

/** What `wit/` says of a package, as a package inside another text. */
export function nested(name: string, more = ''): string {
  const text = readFileSync(join(repository, 'wit', name, 'package.wit'), 'utf8');
  return `${text.replace(';', ' {')}\n${more}\n}`;
}

const handler = `interface incoming-handler {
  use types.{incoming-request, response-outparam};
  handle: func(request: incoming-request, response-out: response-outparam);
}`;

const wit = `package tspin:test@1.0.0;
world guest {
  import wasi:http/types@0.2.12;
  import wasi:io/streams@0.2.12;
  import wasi:io/poll@0.2.12;
  import wasi:clocks/monotonic-clock@0.2.12;
  import wasi:cli/stdout@0.2.12;
  import wasi:cli/stderr@0.2.12;
  export wasi:http/incoming-handler@0.2.12;
}
${nested('wasi-io@0.2.12')}
${nested('wasi-clocks@0.2.12')}
${nested('wasi-cli@0.2.12')}
${nested('wasi-http@0.2.12', handler)}`;

const preludeImports = `
  (import "wasi:http/types@0.2.12" "[method]incoming-request.path-with-query" (func $path-with-query (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[method]incoming-request.consume" (func $consume (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[constructor]fields" (func $new-fields (result i32)))
  (import "wasi:http/types@0.2.12" "[method]fields.has" (func $fields-has (param i32 i32 i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]fields.append" (func $fields-append (param i32 i32 i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.12" "[constructor]outgoing-response" (func $new-response (param i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-response.body" (func $response-body (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-body.write" (func $body-write (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[static]outgoing-body.finish" (func $body-finish (param i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.12" "[static]response-outparam.set"
    (func $outparam-set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.check-write" (func $check-write (param i32 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.write" (func $stream-write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func $drop-stream (param i32)))
  (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $subscribe-duration (param i64) (result i32)))
  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $get-stdout (result i32)))
  (import "wasi:cli/stderr@0.2.12" "get-stderr" (func $get-stderr (result i32)))`;

/**
 * $answer (out, pointer, length): answers 200 with those bytes as the body. $begin (out) -> stream: answers 200 and gives the
 * stream of the body, $finish ends it. $sleep (ns: i64).
 */
const prelude = `
  (global $request (mut i32) (i32.const 0))
  (global $body (mut i32) (i32.const 0))
  (func (export "wasi:http/incoming-handler@0.2.12#handle") (param $request i32) (param $out i32)
    (global.set $request (local.get $request))
    (call $path-with-query (local.get $request) (i32.const 16))
    (call $main (i32.load8_u offset=1 (i32.load (i32.const 20))) (local.get $out)))
  (func $begin (param $out i32) (result i32)
    (local $response i32)
    (local.set $response (call $new-response (call $new-fields)))
    (call $response-body (local.get $response) (i32.const 32))
    (global.set $body (i32.load (i32.const 36)))
    (call $body-write (global.get $body) (i32.const 48))
    (call $outparam-set (local.get $out) (i32.const 0) (local.get $response) (i32.const 0) (i64.const 0) (i32.const 0)
      (i32.const 0) (i32.const 0) (i32.const 0))
    (i32.load (i32.const 52)))
  (func $finish (param $stream i32)
    (call $drop-stream (local.get $stream))
    (call $body-finish (global.get $body) (i32.const 0) (i32.const 0) (i32.const 64)))
  (func $answer (param $out i32) (param $pointer i32) (param $length i32)
    (local $stream i32)
    (local.set $stream (call $begin (local.get $out)))
    (call $write (local.get $stream) (local.get $pointer) (local.get $length) (i32.const 128))
    (call $finish (local.get $stream)))
  (func $sleep (param $ns i64) (call $block (call $subscribe-duration (local.get $ns))))`;

const prelude2: Prelude = { wit, imports: preludeImports, fields: prelude };

/** A realloc that never frees, for modules whose data ends before the address in its global `$next`. */
export const bumpRealloc = `
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
    (global.set $next (i32.add (local.get $at) (local.get 3)))
    (block $enough
      (loop $more
        (br_if $enough (i32.ge_u (i32.mul (memory.size) (i32.const 65536)) (global.get $next)))
        (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
        unreachable))
    (local.get $at))`;

/** `if ($command == letter) then ...`, as text. */
export const onCommand = (letter: string, then: string): string =>
  `(if (i32.eq (local.get $command) (i32.const ${letter.charCodeAt(0)})) (then ${then} return))`;
