// A Wasm module through which a guest calls host functions that may wait. V8 suspends whoever calls a `WebAssembly.Suspending`
// function, whether or not it gives a promise, and a suspended guest costs a stack and a turn of the microtasks. So the guest calls a
// function of this module, which calls the host's; only when that has something to wait for, it calls one that suspends.
import type { CoreType } from '../abi/layout.ts';
import { Writer } from '../instrument/writer.ts';

export interface CoreSignature {
  readonly params: readonly CoreType[];
  readonly result: CoreType | undefined;
}

/** Names of what the module imports from `host` and exports, by the function's place. */
export const waitingNames = {
  module: 'host',
  call: (place: number): string => `call${place}`,
  wait: (result: CoreType | undefined): string => `wait ${result ?? 'nothing'}`,
  /** The global that says that there is something to wait for. */
  waits: 'waits',
} as const;

export const waitResults: readonly (CoreType | undefined)[] = [undefined, 'i32', 'i64', 'f32', 'f64'];

const valueTypes: Readonly<Record<CoreType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const [functionKind, globalKind] = [0, 3];
/** `end`, `call`, `if` and the like, as in the binary format's index of instructions. */
const op = { if: 0x04, else: 0x05, end: 0x0b, call: 0x10, localGet: 0x20, localSet: 0x21, globalGet: 0x23 } as const;
const [globalSet, i32Const, emptyBlock] = [0x24, 0x41, 0x40];

/**
 * For each signature, where `result` is one value or none:
 *
 *     (func (export "call0") (param ...) (result i32) (local i32)
 *       (local.set $result (call $host.call0 ...))
 *       (if (result i32) (global.get $waits)
 *         (then (global.set $waits (i32.const 0)) (call $host.wait))
 *         (else (local.get $result))))
 */
export function compileWaitingModule(signatures: readonly CoreSignature[]): WebAssembly.Module {
  const writer = new Writer().put(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const types = [...waitResults.map(result => ({ params: [], result })), ...signatures];
  const typeOf = (place: number): number => waitResults.length + place;
  section(writer, 1, types, (body, { params, result }) => {
    body.put(0x60).u32(params.length);
    for (const param of params) body.put(valueTypes[param]);
    if (result) body.put(1, valueTypes[result]);
    else body.put(0);
  });
  const imports = [
    ...waitResults.map((result, type) => ({ name: waitingNames.wait(result), type })),
    ...signatures.map((_, place) => ({ name: waitingNames.call(place), type: typeOf(place) })),
  ];
  section(writer, 2, imports, (body, { name, type }) => body.name(waitingNames.module).name(name).put(functionKind).u32(type));
  section(writer, 3, signatures, (body, _, place) => body.u32(typeOf(place)));
  section(writer, 6, [0], body => body.put(valueTypes.i32, 1, i32Const, 0, op.end));
  const functions = signatures.map((_, place) => ({
    name: waitingNames.call(place),
    kind: functionKind,
    index: imports.length + place,
  }));
  section(writer, 7, [...functions, { name: waitingNames.waits, kind: globalKind, index: 0 }], (body, { name, kind, index }) =>
    body.name(name).put(kind).u32(index),
  );
  section(writer, 10, signatures, (body, signature, place) => {
    const code = functionCode(signature, typeOf(place));
    body.u32(code.length).copy(code.bytes);
  });
  return new WebAssembly.Module(new Uint8Array(writer.bytes));
}

/** The function of the host's that it calls has the index of its type: both lists begin with what waits. */
function functionCode({ params, result }: CoreSignature, call: number): Writer {
  const code = new Writer();
  if (result) code.put(1, 1, valueTypes[result]);
  else code.put(0);
  for (const place of params.keys()) code.put(op.localGet).u32(place);
  code.put(op.call).u32(call);
  if (result) code.put(op.localSet).u32(params.length);
  code.put(op.globalGet, 0, op.if, result ? valueTypes[result] : emptyBlock);
  code.put(i32Const, 0, globalSet, 0, op.call).u32(waitResults.indexOf(result));
  if (result) code.put(op.else, op.localGet).u32(params.length);
  return code.put(op.end, op.end);
}

function section<T>(writer: Writer, id: number, items: readonly T[], put: (body: Writer, item: T, place: number) => void): void {
  const body = new Writer().u32(items.length);
  for (const [place, item] of items.entries()) put(body, item, place);
  writer.put(id).u32(body.length).copy(body.bytes);
}
