// What the small Wasm modules between host and guest are written with: WaitingFunctions' and Serving's.
import type { CoreSignature, CoreType } from '../abi/layout.ts';
import { Writer } from '../instrument/writer.ts';

export interface ModuleImport {
  readonly module: string;
  readonly name: string;
  readonly signature: CoreSignature;
}

export const valueTypes: Readonly<Record<CoreType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
export const kinds = { function: 0, global: 3 } as const;
/** `end`, `call`, `if` and the like, as in the binary format's index of instructions. */
export const op = {
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i32Eq: 0x46,
} as const;
export const emptyBlock = 0x40;

/** The magic number and the version. */
export const beginModule = (): Writer => new Writer().put(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** A section that is a vector of `items`. */
export function section<T>(
  writer: Writer,
  id: number,
  items: readonly T[],
  put: (body: Writer, item: T, place: number) => void,
): void {
  const body = new Writer().u32(items.length);
  for (const [place, item] of items.entries()) put(body, item, place);
  writer.put(id).u32(body.length).copy(body.bytes);
}

function putType(body: Writer, { params, result }: CoreSignature): void {
  body.put(0x60).u32(params.length);
  for (const param of params) body.put(valueTypes[param]);
  if (result) body.put(1, valueTypes[result]);
  else body.put(0);
}

/** The type section, with a type for each import and then for each of `own`; and the imports. The nth function has the nth type. */
export function putImports(writer: Writer, imports: readonly ModuleImport[], own: readonly CoreSignature[]): void {
  section(writer, 1, [...imports.map(({ signature }) => signature), ...own], putType);
  section(writer, 2, imports, (body, { module, name }, type) => body.name(module).name(name).put(kinds.function).u32(type));
  section(writer, 3, own, (body, _, place) => body.u32(imports.length + place));
}

export const finished = (writer: Writer): WebAssembly.Module => new WebAssembly.Module(new Uint8Array(writer.bytes));
