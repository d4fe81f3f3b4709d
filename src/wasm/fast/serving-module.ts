// A Wasm module that calls a guest's functions one after the other on one stack: suspended, it waits for the next call. To begin a
// call on a stack of its own (`WebAssembly.promising`) costs V8 twice as much, and leaves objects that only a collection of the old
// ones takes away.
import type { CoreSignature } from '../abi/layout.ts';
import { Writer } from '../instrument/writer.ts';
import {
  beginModule,
  emptyBlock,
  finished,
  kinds,
  op,
  putImports,
  section,
  valueTypes,
  type ModuleImport,
} from './small-module.ts';

/** Names of what the module imports and exports. */
export const servingNames = {
  host: 'host',
  guest: 'guest',
  /** Suspends; gives the place of the function to be called, counted from 1, and 0 to return. */
  next: 'next',
  /** Called when the function is about to be. */
  begins: 'begins',
  argument: (place: number, param: number): string => `argument ${place} ${param}`,
  returned: (place: number): string => `returned ${place}`,
  called: (place: number): string => `called ${place}`,
  serve: 'serve',
} as const;

/**
 * For functions of these signatures:
 *
 *     (func (export "serve") (local $next i32)
 *       (loop $again
 *         (local.set $next (call $host.next))
 *         (if (i32.eq (local.get $next) (i32.const 1))
 *           (then
 *             (call $host.begins)
 *             (call $host.returned0 (call $guest.called0 (call $host.argument0,0) ...))
 *             (br $again)))
 *         ...))
 */
export function compileServingModule(signatures: readonly CoreSignature[]): WebAssembly.Module {
  const { host, guest } = servingNames;
  const imports: ModuleImport[] = [
    { module: host, name: servingNames.next, signature: { params: [], result: 'i32' } },
    { module: host, name: servingNames.begins, signature: { params: [], result: undefined } },
  ];
  const code = new Writer().put(1, 1, valueTypes.i32);
  code.put(op.loop, emptyBlock, op.call, 0, op.localSet, 0);
  for (const [place, signature] of signatures.entries()) {
    const { params, result } = signature;
    code.put(op.localGet, 0, op.i32Const).u32(place + 1);
    code.put(op.i32Eq, op.if, emptyBlock, op.call, 1);
    for (const [param, type] of params.entries()) {
      code.put(op.call).u32(imports.length);
      imports.push({ module: host, name: servingNames.argument(place, param), signature: { params: [], result: type } });
    }
    code.put(op.call).u32(imports.length);
    imports.push({ module: guest, name: servingNames.called(place), signature });
    code.put(op.call).u32(imports.length);
    imports.push({
      module: host,
      name: servingNames.returned(place),
      signature: { params: result ? [result] : [], result: undefined },
    });
    code.put(op.br, 1, op.end);
  }
  code.put(op.end, op.end);
  const writer = beginModule();
  putImports(writer, imports, [{ params: [], result: undefined }]);
  section(writer, 7, [servingNames.serve], (body, name) => body.name(name).put(kinds.function).u32(imports.length));
  section(writer, 10, [code], body => body.u32(code.length).copy(code.bytes));
  return finished(writer);
}
