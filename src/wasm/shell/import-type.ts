// The types of a core module's imports, as far as they name no other types but those of functions.
import type { ByteReader } from '../binary.ts';

/** The module has something that is not followed. */
export class OtherForm extends Error {}

export type ImportType =
  /** `index`: of its type. */
  | { readonly kind: 'function'; readonly index: number }
  /** With the byte that says which kind. */
  | { readonly kind: 'other'; readonly bytes: Uint8Array };

/** Kinds of imports and exports. */
export const kinds = { function: 0, table: 1, memory: 2, global: 3 } as const;

/** Throws OtherForm. */
export function passImportType(reader: ByteReader): ImportType {
  const from = reader.offset;
  const kind = reader.byte();
  if (kind === kinds.function) return { kind: 'function', index: reader.u32() };
  if (kind === kinds.table) passValueType(reader);
  if (kind === kinds.table || kind === kinds.memory) passLimits(reader);
  else if (kind === kinds.global) {
    passValueType(reader);
    reader.byte();
  } else throw new OtherForm();
  return { kind: 'other', bytes: reader.since(from) };
}

/** Of one byte: numbers and v128, funcref, externref. Throws OtherForm. */
export function passValueType(reader: ByteReader): void {
  const type = reader.byte();
  if (!((type >= 0x7b && type <= 0x7f) || type === 0x70 || type === 0x6f)) throw new OtherForm();
}

function passLimits(reader: ByteReader): void {
  const flags = reader.byte();
  if (flags > 7) throw new OtherForm();
  reader.skipInteger();
  if ((flags & 1) !== 0) reader.skipInteger();
}
