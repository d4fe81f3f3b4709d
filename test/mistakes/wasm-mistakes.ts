// Mistakes with the file that a component's source names: missing, cut off, of another kind.
import {
  bareModule,
  commandModule,
  emptyComponent,
  emptyModule,
  withBindgenVersion,
  producersData,
  rustComponent,
  spin1Module,
  truncated,
  withCustomSection,
} from '../wasm/fixtures.ts';
import { appOf, manifest, soundApp } from './app-files.ts';
import type { Mistake } from './mistake.ts';

const up = { argv: ['up'], exit: 1 } as const;

/** A whole component whose code section holds something else than code. */
function scrambled(): Uint8Array {
  const bytes = Uint8Array.from(rustComponent());
  return bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 512);
}

const buildTable = ['', '[component.cart.build]', 'command = "cargo build --release"'];

/** Makes the transpiling process end in the middle, as one does that the system takes the memory from. */
const crash = `if (process.argv[1]?.includes('transpile-child')) { process.stderr.write('out of memory\\n'); process.exit(134); }`;

export const wasmMistakes: readonly Mistake[] = [
  { ...up, name: 'a component is not built yet', files: { 'spin.toml': manifest(...buildTable) } },
  { ...up, name: 'a source is not there and has no build command', files: { 'spin.toml': manifest() } },
  { ...up, name: 'a source is a folder', files: appOf({ kind: 'folder' }) },
  { ...up, name: 'a source may not be read', asNobody: true, files: appOf({ kind: 'file', content: 'x', mode: 0o000 }) },
  { ...up, name: 'a source is empty', files: appOf('') },
  { ...up, name: 'a source is a text', files: appOf('fn main() {}\n') },
  { ...up, name: 'a source is a web page', files: appOf('<!DOCTYPE html><title>404</title>') },
  { ...up, name: 'a source is a zip archive', files: appOf(Buffer.from('PK\u0003\u0004......................')) },
  {
    ...up,
    name: 'a source is Wasm of an unknown version',
    files: appOf(Uint8Array.from([...emptyModule.subarray(0, 4), 2, 0, 0, 0])),
  },
  { ...up, name: 'a source is cut off', files: appOf(truncated(rustComponent())) },
  { ...up, name: 'a source is scrambled', files: appOf(scrambled()) },
  { ...up, name: 'a core module says nowhere how to call it', files: appOf(await bareModule()) },
  { ...up, name: 'a core module is of Spin 1', files: appOf(await spin1Module()) },
  { ...up, name: 'a core module is of a wit-bindgen that is too old', files: appOf(withBindgenVersion(emptyModule, '0.4.0')) },
  {
    ...up,
    name: 'a core module is of a wasi-sdk that corrupts memory',
    files: appOf(withCustomSection(await commandModule(), 'producers', producersData([['clang', '14.0.0']]))),
  },
  {
    ...up,
    name: 'a core module is a program without a handler',
    files: appOf(await commandModule()),
    // It is made a component before that is known; how, is kept for the next of its kind (ADR 008).
    fillsCache: true,
  },
  { ...up, name: 'a component exports no handler', files: appOf(emptyComponent) },
  {
    ...up,
    name: 'making a component ready crashes',
    files: { ...soundApp, 'crash.mjs': crash },
    arrange: ({ app }) => ({ env: { NODE_OPTIONS: `--import=${app}/crash.mjs` } }),
  },
];
