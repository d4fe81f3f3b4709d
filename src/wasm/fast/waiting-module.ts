// A Wasm module through which a guest calls host functions that may wait. V8 suspends whoever calls a `WebAssembly.Suspending`
// function, whether or not it gives a promise, and a suspended guest costs a stack and a turn of the microtasks. So the guest calls a
// function of this module, which calls the host's; only when that has something to wait for, it calls one that suspends.
import type { CoreSignature, CoreType } from '../abi/layout.ts';
import { Writer } from '../instrument/writer.ts';
import { beginModule, emptyBlock, finished, kinds, op, putImports, section, valueTypes } from './small-module.ts';

/** Names of what the module imports from `host` and exports, by the function's place. */
export const waitingNames = {
  module: 'host',
  call: (place: number): string => `call${place}`,
  wait: (result: CoreType | undefined): string => `wait ${result ?? 'nothing'}`,
  /** The global that says that there is something to wait for. */
  waits: 'waits',
} as const;

export const waitResults: readonly (CoreType | undefined)[] = [undefined, 'i32', 'i64', 'f32', 'f64'];

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
  const { module } = waitingNames;
  const imports = [
    ...waitResults.map(result => ({ module, name: waitingNames.wait(result), signature: { params: [], result } })),
    ...signatures.map((signature, place) => ({ module, name: waitingNames.call(place), signature })),
  ];
  const writer = beginModule();
  putImports(writer, imports, signatures);
  section(writer, 6, [0], body => body.put(valueTypes.i32, 1, op.i32Const, 0, op.end));
  const functions = signatures.map((_, place) => ({
    name: waitingNames.call(place),
    kind: kinds.function,
    index: imports.length + place,
  }));
  section(writer, 7, [...functions, { name: waitingNames.waits, kind: kinds.global, index: 0 }], (body, { name, kind, index }) =>
    body.name(name).put(kind).u32(index),
  );
  section(writer, 10, signatures, (body, signature, place) => {
    const code = functionCode(signature, waitResults.length + place);
    body.u32(code.length).copy(code.bytes);
  });
  return finished(writer);
}

/** `call`: the index of the host's function. */
function functionCode({ params, result }: CoreSignature, call: number): Writer {
  const code = new Writer();
  if (result) code.put(1, 1, valueTypes[result]);
  else code.put(0);
  for (const place of params.keys()) code.put(op.localGet).u32(place);
  code.put(op.call).u32(call);
  if (result) code.put(op.localSet).u32(params.length);
  code.put(op.globalGet, 0, op.if, result ? valueTypes[result] : emptyBlock);
  code.put(op.i32Const, 0, op.globalSet, 0, op.call).u32(waitResults.indexOf(result));
  if (result) code.put(op.else, op.localGet).u32(params.length);
  return code.put(op.end, op.end);
}
