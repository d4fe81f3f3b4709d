// What wasm-tools put around a core module: with it another module of the same face becomes a component without wasm-tools, which
// takes half a second. Exact: the bytes are those that wasm-tools would make, and where it is not sure there is no shell.
import { ByteReader, MalformedWasm, sectionsOf, type Section } from '../binary.ts';
import { Writer } from '../instrument/writer.ts';
import { componentTypePrefix } from './component-type-sections.ts';
import { uniqueImports } from './unique-imports.ts';

export interface Shell {
  /** The component's bytes up to the section that is the module. */
  readonly before: Uint8Array;
  /** And those behind it. */
  readonly after: Uint8Array;
  /** What stands in the module in place of its `producers` section; undefined: the module's own, if any. */
  readonly producers: Uint8Array | undefined;
}

/** In a component. */
const moduleSection = 1;
/** In a module. */
const importSection = 2;
const preambleBytes = 8;

/** The shell of `component`, which wasm-tools made of `module`; undefined if that did more to the module than is known here. */
export function shellOf(component: Uint8Array, module: Uint8Array): Shell | undefined {
  const found = firstModule(component);
  if (!found) return undefined;
  const { before, after, body } = found;
  for (const producers of [producersSection(body), undefined]) {
    const shell = { before, after, producers };
    if (Buffer.compare(wrap(shell, module), component) === 0) return shell;
  }
  return undefined;
}

/** The component around `module`, which has to be valid, and of the face that the shell was made of. */
export function wrap({ before, after, producers }: Shell, module: Uint8Array): Uint8Array {
  const inside = moduleInside(module, producers);
  const length = inside.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Buffer.concat([before, sectionHead(moduleSection, length), ...inside, after]);
}

const sectionHead = (id: number, length: number): Uint8Array => new Writer(headBytes).byte(id).u32(length).bytes;
const headBytes = 6;

/** The module as it stands in the component, in pieces: it has megabytes, which are copied once. */
function moduleInside(module: Uint8Array, producers: Uint8Array | undefined): readonly Uint8Array[] {
  const sections = [...sectionsOf(module)];
  const nameOf = ({ id, body, offset }: Section): string | undefined =>
    id === 0 ? new ByteReader(body, offset).name() : undefined;
  const kept = sections.filter(section => !nameOf(section)?.startsWith(componentTypePrefix));
  const imports = sections.find(({ id }) => id === importSection);
  const unique = imports && uniqueImports(imports);
  // Then it is left alone; else all sections are written anew.
  if (kept.length === sections.length && unique === imports?.body) return [module];
  const isReplaced = (section: Section): boolean => producers !== undefined && nameOf(section) === 'producers';
  const pieces = [module.subarray(0, preambleBytes)];
  const write = (id: number, body: Uint8Array): void => void pieces.push(sectionHead(id, body.byteLength), body);
  for (const section of kept) {
    if (section === imports) write(importSection, unique ?? section.body);
    else write(section.id, isReplaced(section) ? (producers ?? section.body) : section.body);
  }
  if (producers && !kept.some(isReplaced)) write(0, producers);
  return pieces;
}

function firstModule(component: Uint8Array): { before: Uint8Array; body: Uint8Array; after: Uint8Array } | undefined {
  let start = preambleBytes;
  for (const { id, body, offset } of sectionsOf(component)) {
    const end = offset + body.byteLength;
    if (id === moduleSection) return { before: component.subarray(0, start), body, after: component.subarray(end) };
    start = end;
  }
  return undefined;
}

/** The last one, as it stands in the module. */
function producersSection(module: Uint8Array): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  try {
    for (const { id, body, offset } of sectionsOf(module)) {
      if (id === 0 && new ByteReader(body, offset).name() === 'producers') found = body;
    }
  } catch (error) {
    if (!(error instanceof MalformedWasm)) throw error;
  }
  return found;
}
