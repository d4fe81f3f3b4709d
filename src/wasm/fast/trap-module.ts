// A tiny Wasm module through which the host traps a guest and takes its thread away.
// A RuntimeError thrown by JavaScript is an exception like any other: a guest's `catch_all` would catch it and go on. One that
// was raised by a Wasm instruction is not. And only functions of Wasm can be put into a guest's table.

/**
 * (module (import "host" "yield" (func)) (import "host" "check" (func)) (import "host" "grow" (func (param i32 i32) (result i32)))
 *   (export "yield" (func 0)) (export "check" (func 1)) (export "grow" (func 2)) (func (export "trap") unreachable))
 */
// prettier-ignore
const bytes = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0a, 0x02, 0x60, 0x00, 0x00, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f,
  0x02, 0x27, 0x03, 0x04, ...Buffer.from('host'), 0x05, ...Buffer.from('yield'), 0x00, 0x00,
  0x04, ...Buffer.from('host'), 0x05, ...Buffer.from('check'), 0x00, 0x00,
  0x04, ...Buffer.from('host'), 0x04, ...Buffer.from('grow'), 0x00, 0x01,
  0x03, 0x02, 0x01, 0x00,
  0x07, 0x1f, 0x04, 0x05, ...Buffer.from('yield'), 0x00, 0x00, 0x05, ...Buffer.from('check'), 0x00, 0x01,
  0x04, ...Buffer.from('grow'), 0x00, 0x02, 0x04, ...Buffer.from('trap'), 0x00, 0x03,
  0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b,
]);

export interface TrapFunctions {
  /** Raises a trap that nothing in Wasm catches. */
  readonly trap: () => never;
  /** What the guest's table gets: entry 0, which suspends, entry 1, which does not, and entry 2, asked before memory grows. */
  readonly yield: () => void;
  readonly check: () => void;
  readonly grow: (pages: number, wanted: number) => number;
}

export const compileTrapModule = (): WebAssembly.Module => new WebAssembly.Module(bytes);

export interface TrapCalls {
  /** The guest is suspended until the promise resolves, if there is one. */
  readonly giveWay: () => Promise<void> | undefined;
  /** Called where it cannot be suspended. */
  readonly check: () => void;
  /** May a memory have so many pages more, which makes so many pages in all? */
  readonly mayGrow: (pages: number, wanted: number) => boolean;
}

export function trapFunctions(module: WebAssembly.Module, { giveWay, check, mayGrow }: TrapCalls): TrapFunctions {
  const grow = (pages: number, wanted: number): number => (mayGrow(pages >>> 0, wanted >>> 0) ? 1 : 0);
  const host = { yield: new WebAssembly.Suspending(giveWay), check, grow };
  // What a module exports is known here, and not to the types.
  return new WebAssembly.Instance(module, { host } as unknown as WebAssembly.Imports).exports as unknown as TrapFunctions;
}
