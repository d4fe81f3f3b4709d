// A module may import the same twice, and Go's do; a component's may not. wasm-tools gives the later ones other names
// (wit-component, encoding/dedupe.rs).
import { ByteReader, type Section } from '../binary.ts';
import { Writer } from '../instrument/writer.ts';
import { passImportType } from './import-type.ts';

/** The body of an import section in which no import is there twice: the same bytes where that was so before. */
export function uniqueImports({ body, offset }: Pick<Section, 'body' | 'offset'>): Uint8Array {
  const reader = new ByteReader(body, offset);
  const known = new Map<string, Set<string>>();
  let isChanged = false;
  const writer = new Writer(body.byteLength * 2);
  const count = reader.u32();
  writer.u32(count);
  for (let index = 0; index < count; index += 1) {
    const [module, name] = [reader.name(), reader.name()];
    const names = known.get(module) ?? new Set();
    known.set(module, names);
    const unique = uniqueName(name, names);
    names.add(unique);
    if (unique !== name) isChanged = true;
    writer.name(module).name(unique);
    const type = passImportType(reader);
    // An index is written anew; other types are part of the module's face, byte for byte.
    if (type.kind === 'function') writer.byte(0).u32(type.index);
    else writer.copy(type.bytes);
  }
  return isChanged ? writer.bytes : body;
}

function uniqueName(name: string, names: ReadonlySet<string>): string {
  if (!names.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const unique = `${name} [v${number}]`;
    if (!names.has(unique)) return unique;
  }
}
