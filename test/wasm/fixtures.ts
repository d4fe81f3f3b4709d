// Wasm for tests, made from text while the test runs: modules, components, and files with a mistake.
import { readFileSync } from 'node:fs';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';

/** Assembles a core module or a component from its text. */
export const assemble = (wat: string): Promise<Uint8Array> => parse(wat);

export interface ComponentText {
  /** WIT with one package; the world is named by `world`. */
  readonly wit: string;
  readonly world: string;
  /** The core module behind it. */
  readonly wat: string;
  readonly stringEncoding?: 'utf8' | 'utf16' | 'compact-utf16';
}

/** A core module with a component-type section, as wit-bindgen leaves it. */
export async function moduleWithWit({ wit, world, wat, stringEncoding = 'utf8' }: ComponentText): Promise<Uint8Array> {
  return componentEmbed({ binary: await parse(wat), witSource: wit, world, stringEncoding });
}

/** A component from WIT and a core module that follows the canonical ABI. */
export async function component(text: ComponentText): Promise<Uint8Array> {
  return componentNew(await moduleWithWit(text), []);
}

/**
 * Counts its calls in a global and in its memory, so that state left by an earlier instance shows.
 * Imports `tspin:test/clock` (`wait: func(ms: u32) -> u32`), exports `tspin:test/counter`:
 * `count` (a number, by one higher each time) and `wait-then-count` (calls `wait` first, which may suspend).
 */
export const counterText: ComponentText = {
  wit: `package tspin:test@1.2.0;
    interface clock { wait: func(ms: u32) -> u32; }
    interface counter { count: func() -> u32; wait-then-count: func(ms: u32) -> u32; }
    world counting { import clock; export counter; }`,
  world: 'counting',
  wat: `(module
    (import "tspin:test/clock@1.2.0" "wait" (func $wait (param i32) (result i32)))
    (memory (export "memory") 1)
    (global $calls (mut i32) (i32.const 0))
    (func $count (export "tspin:test/counter@1.2.0#count") (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
      (if (i32.ne (global.get $calls) (i32.load (i32.const 8))) (then unreachable))
      (global.get $calls))
    (func (export "tspin:test/counter@1.2.0#wait-then-count") (param i32) (result i32)
      (drop (call $wait (local.get 0)))
      (call $count)))`,
};

/** What to give prepareComponent for the counter: its `wait` may suspend. */
export const counterAsync = {
  asyncImports: ['tspin:test/clock#wait'],
  asyncExports: ['tspin:test/counter#wait-then-count'],
  bindings: 'plain',
} as const;

/** A component whose only import is of an interface that no Spin has. */
export const foreignComponent = (): Promise<Uint8Array> =>
  component({
    wit: `package acme:rockets@2.1.0;
      interface launcher { launch: func(); }
      world pad { import launcher; export run: func(); }`,
    world: 'pad',
    wat: `(module
      (import "acme:rockets/launcher@2.1.0" "launch" (func $launch))
      (func (export "run") (call $launch)))`,
  });

/** A preview 1 program: `_start` ends with exit code 0. */
export const commandModule = (): Promise<Uint8Array> =>
  parse(`(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.const 0))))`);

/** A core module with neither a component-type section nor `_start`. */
export const bareModule = (): Promise<Uint8Array> =>
  parse(`(module (func (export "add") (param i32 i32) (result i32) (local.get 0)))`);

/** A core module as the SDK of Spin 1 made it. */
export const spin1Module = (): Promise<Uint8Array> =>
  parse(`(module
    (memory (export "memory") 1)
    (func (export "canonical_abi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
    (func (export "handle-http-request") (param i32) (result i32) (i32.const 0)))`);

/** The file without its last byte: what a copy that was cut off leaves. */
export const truncated = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 1);

export const emptyModule = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
export const emptyComponent = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);

/** The tutorial in Rust, as checked in. */
export const rustComponentPath = new URL('../../examples/kv-rust/kv-rust.wasm', import.meta.url).pathname;
export const rustModulePath = new URL('../../examples/kv-rust/kv-rust-core.wasm', import.meta.url).pathname;
export const rustComponent = (): Uint8Array => readFileSync(rustComponentPath);

/** Appends a custom section to a module or component. */
export function withCustomSection(binary: Uint8Array, name: string, data: Uint8Array): Uint8Array {
  const body = Uint8Array.from([...text(name), ...data]);
  return Uint8Array.from([...binary, 0x00, ...leb(body.length), ...body]);
}

/** The contents of a `producers` section with one field, `processed-by`. */
export function producersData(tools: readonly (readonly [string, string])[]): Uint8Array {
  const values = tools.flatMap(([tool, version]) => [...text(tool), ...text(version)]);
  return Uint8Array.from([1, ...text('processed-by'), ...leb(tools.length), ...values]);
}

/** A module whose component-type section names a version of wit-bindgen; `before` stands in it before the component. */
export function withBindgenVersion(module: Uint8Array, version: string, before: readonly number[] = []): Uint8Array {
  const embedded = withCustomSection(emptyComponent, 'producers', producersData([['wit-bindgen-rust', version]]));
  return withCustomSection(module, 'component-type:wit-bindgen:test', Uint8Array.from([...before, ...embedded]));
}

/** A component-type section as wit-bindgen 0.16 makes it has a version, an encoding and the world's name before the component. */
export const olderMetadata = (world: string): number[] => [3, 0, ...text(world)];

export function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...leb(bytes.length), ...bytes];
}
