// The tutorial app in every language and with every SDK whose guests Spin runs (toolchains.md), as `tspin up -f` takes it.
import { join } from 'node:path';
import { cachedGuest, kvRustCoreWasm, kvRustWasm, repository } from './guests.ts';

export interface TutorialGuest {
  readonly name: string;
  /** The path of its .wasm. */
  readonly source: () => string;
  /** What follows -f when it has a manifest of its own. */
  readonly manifest?: string;
  /** What the handler's interface is called: its generation. */
  readonly handler: string;
  /** Is it as quick to build as to read? Else it is built when it is first needed, and cached. */
  readonly isCheckedIn: boolean;
  /** It keeps texts only, for want of its SDK. */
  readonly textOnly?: boolean;
  /** Why jco's bindings cannot run it; undefined when they do. */
  readonly notPlain?: string;
}

const checkedIn = (file: string): Pick<TutorialGuest, 'source' | 'isCheckedIn'> => ({
  source: () => join(repository, file),
  isCheckedIn: true,
});

const built = (folder: string): Pick<TutorialGuest, 'source' | 'isCheckedIn'> => ({
  source: () => cachedGuest(folder),
  isCheckedIn: false,
});

const spin1 = 'fermyon:spin/inbound-http';
const wasi2 = (patch: number): string => `wasi:http/incoming-handler@0.2.${patch}`;
const wasi3 = 'wasi:http/handler@0.3.0';
const wasi3Candidate = 'wasi:http/handler@0.3.0-rc-2026-03-15';

export const tutorialGuests: readonly TutorialGuest[] = [
  { name: "Rust on Spin 1's interfaces", ...checkedIn('test/guests/kv-rust1/kv-rust1.wasm'), handler: spin1 },
  { name: "Rust on Spin 1's interfaces, a core module", ...checkedIn('test/guests/kv-rust1/kv-rust1-core.wasm'), handler: spin1 },
  { name: 'Rust SDK 3', ...checkedIn('test/guests/kv-rust3/kv-rust3.wasm'), handler: wasi2(0) },
  { name: 'Rust SDK 3, a core module', ...checkedIn('test/guests/kv-rust3/kv-rust3-core.wasm'), handler: wasi2(0) },
  {
    name: 'Rust SDK 5',
    source: () => kvRustWasm,
    manifest: join(repository, 'examples/kv-rust'),
    isCheckedIn: true,
    handler: wasi2(0),
  },
  {
    name: 'Rust SDK 5, a core module',
    source: () => kvRustCoreWasm,
    manifest: join(repository, 'examples/kv-rust/spin-core.toml'),
    isCheckedIn: true,
    handler: wasi2(0),
  },
  { name: 'Rust SDK 6', ...checkedIn('test/guests/kv-rust6/kv-rust6.wasm'), handler: wasi3Candidate },
  { name: 'Rust SDK 7', ...checkedIn('test/guests/kv-rust7/kv-rust7.wasm'), handler: wasi3 },
  { name: 'C', ...checkedIn('test/guests/kv-c/kv-c.wasm'), handler: wasi2(12) },
  { name: 'C, a core module', ...checkedIn('test/guests/kv-c/kv-c-core.wasm'), handler: wasi2(12) },
  { name: 'Go', ...checkedIn('test/guests/kv-go/kv-go.wasm'), handler: wasi2(12) },
  { name: 'TypeScript', ...built('examples/kv-ts'), handler: wasi2(3) },
  { name: 'TypeScript, @fermyon/spin-sdk 2', ...built('test/guests/kv-ts2'), handler: wasi2(0), textOnly: true },
  { name: 'JavaScript without an SDK', ...built('test/guests/kv-js'), handler: wasi2(10) },
  { name: 'Python SDK 3', ...built('test/guests/kv-python'), handler: wasi2(0) },
  { name: 'Python SDK 4', ...built('test/guests/kv-python4'), handler: wasi3Candidate },
  { name: 'Python SDK 5', ...built('test/guests/kv-python5'), handler: wasi3 },
];
