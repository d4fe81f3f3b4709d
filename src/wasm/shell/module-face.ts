// What of a core module decides what wasm-tools puts around it, as one text: two modules with the same face get the same shell.
// After wit-component 0.259 (src/validation.rs, encoding.rs, metadata.rs): it looks at the names and types of imports, at the
// names of exports and the types of exported functions, and at sections by tools; that the rest is valid it checks.
import { ByteReader, MalformedWasm, customSectionsOf, sectionsOf, type Section } from '../binary.ts';
import { sha256 } from '../cache-key.ts';
import { hasCanonicalNames } from './canonical-names.ts';
import { componentTypePrefix } from './component-type-sections.ts';
import { kinds, OtherForm, passImportType, passValueType } from './import-type.ts';

/** Custom sections that wasm-tools reads and writes anew in a module that has component-type sections (wasm-metadata, rewrite.rs). */
const rewritten = ['component-name', 'authors', 'description', 'licenses', 'source', 'homepage', 'revision', 'version'];

/** Undefined for a module of which it is not known that this is all. */
export function moduleFace(module: Uint8Array): string | undefined {
  try {
    const tools = toolSections(module);
    const border = tools && readBorder(module);
    return border && JSON.stringify([tools, border]);
  } catch (error) {
    // What is wrong with it, wasm-tools tells.
    if (error instanceof MalformedWasm || error instanceof OtherForm) return undefined;
    throw error;
  }
}

/** Those that are decoded, by name, with digests. */
function toolSections(module: Uint8Array): (readonly [string, string])[] | undefined {
  const sections = customSectionsOf(module);
  const isRewritten = sections.some(({ name }) => name.startsWith(componentTypePrefix));
  if (isRewritten) {
    if (sections.some(({ name }) => rewritten.includes(name))) return undefined;
    if (!sections.every(({ name, data }) => name !== 'name' || hasCanonicalNames(data))) return undefined;
  }
  return sections
    .filter(({ name }) => name.startsWith(componentTypePrefix) || name === 'producers')
    .map(({ name, data }) => [name, sha256(data)]);
}

/** Types as hex. */
interface Border {
  readonly imports: (readonly [module: string, name: string, type: string])[];
  /** The types are those of functions. */
  readonly exports: (readonly [name: string, kind: number, type: string])[];
  /** Those of its own, when it exports one: its type is part of the component's. */
  readonly memories: string;
  readonly tables: string;
}

function readBorder(module: Uint8Array): Border {
  const bodies = new Map<number, Section>();
  for (const section of sectionsOf(module)) if (section.id !== 0) bodies.set(section.id, section);
  const section = (id: number): ByteReader => {
    const { body, offset } = bodies.get(id) ?? { body: Uint8Array.of(0), offset: 0 };
    return new ByteReader(body, offset);
  };
  const types = section(1).vector(readFunctionType);
  const typeAt = (index: number): string => {
    const type = types[index];
    if (type === undefined) throw new OtherForm();
    return type;
  };
  const functions: string[] = [];
  const imports = section(2).vector((reader): Border['imports'][number] => {
    const [module, name] = [reader.name(), reader.name()];
    const type = passImportType(reader);
    if (type.kind === 'function') functions.push(typeAt(type.index));
    return [module, name, type.kind === 'function' ? typeAt(type.index) : hex(type.bytes)];
  });
  for (const type of section(3).vector(reader => reader.u32())) functions.push(typeAt(type));
  const exports = section(7).vector((reader): Border['exports'][number] => {
    const [name, kind, index] = [reader.name(), reader.byte(), reader.u32()];
    if (kind !== kinds.function) return [name, kind, ''];
    const type = functions[index];
    if (type === undefined) throw new OtherForm();
    return [name, kind, type];
  });
  const exported = (kind: number, id: number): string =>
    exports.some(([, each]) => each === kind) ? hex(bodies.get(id)?.body ?? new Uint8Array()) : '';
  return { imports, exports, memories: exported(kinds.memory, 5), tables: exported(kinds.table, 4) };
}

/** Only functions, of types that are one byte: what names other types is not followed. */
function readFunctionType(reader: ByteReader): string {
  const from = reader.offset;
  if (reader.byte() !== 0x60) throw new OtherForm();
  for (let lists = 2; lists > 0; lists -= 1) for (let count = reader.u32(); count > 0; count -= 1) passValueType(reader);
  return hex(reader.since(from));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
