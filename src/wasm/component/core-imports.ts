// The imports of a core module, by name: what its component has to give it.
import { ByteReader, MalformedWasm, sectionsOf } from '../binary.ts';
import type { CoreKind } from './plan.ts';

export interface CoreModuleImport {
  readonly module: string;
  readonly name: string;
  readonly kind: CoreKind;
}

const importSection = 2;

/** In the module's order. Throws MalformedWasm. */
export function coreImportsOf(module: Uint8Array, base: number): CoreModuleImport[] {
  for (const { id, body, offset } of sectionsOf(module, base)) {
    if (id === importSection) return new ByteReader(body, offset).vector(readImport);
    if (id > importSection) break;
  }
  return [];
}

function readImport(reader: ByteReader): CoreModuleImport {
  const module = reader.name();
  const name = reader.name();
  const kind = reader.byte();
  switch (kind) {
    case 0x00:
      reader.u32();
      return { module, name, kind: 'func' };
    case 0x01:
      skipReferenceType(reader);
      skipLimits(reader);
      return { module, name, kind: 'table' };
    case 0x02:
      skipLimits(reader);
      return { module, name, kind: 'memory' };
    case 0x03:
      skipValueType(reader);
      reader.byte();
      return { module, name, kind: 'global' };
    case 0x04:
      reader.byte();
      reader.u32();
      return { module, name, kind: 'tag' };
    default:
      throw new MalformedWasm(`unknown kind of import 0x${kind.toString(16)}`, reader.offset);
  }
}

/** `(ref null? heaptype)` has its heap type behind it, the short forms have not. */
function skipReferenceType(reader: ByteReader): void {
  const first = reader.byte();
  if (first === 0x63 || first === 0x64) reader.skipInteger();
}

const skipValueType = skipReferenceType;

function skipLimits(reader: ByteReader): void {
  const flags = reader.byte();
  reader.skipInteger();
  if ((flags & 0x01) !== 0) reader.skipInteger();
  if ((flags & 0x08) !== 0) reader.u32();
}
