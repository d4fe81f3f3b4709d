// Broken apps, one a diagnosis, and how each is cured.
import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import type { Machine } from '../../../src/dev/doctor/machine.ts';
import { kvRustWasm } from '../../apps/guests.ts';

export interface DoctorCase {
  /** Name of the diagnosis, and perhaps of the variety. */
  readonly name: string;
  readonly manifest: string;
  /** Beside the manifest; `app.wasm`, a component that imports nothing, is there anyway. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly arrange?: (folder: string) => void;
  readonly machine?: (folder: string) => Partial<Machine>;
  readonly runtimeConfig?: string;
  /** For what tspin does not cure: the user's hand, after which nothing is found. Undefined: `--fix` cures it. */
  readonly byHand?: (folder: string) => void;
}

const top = `# An app.
spin_manifest_version = 2 # of the format

[application]
name = "app"

`;
const route = `[[trigger.http]]
route = "/..."
component = "app"

`;
const component = `[component.app]
source = "app.wasm" # built by hand
`;
const manifest = top + route + component;
const write = (name: string, text: string) => (folder: string) => writeFileSync(join(folder, name), text);
const replaced = (before: string, after: string) => (folder: string) =>
  writeFileSync(join(folder, 'spin.toml'), manifest.replace(before, after));
/** What imports key-value and nothing else that is granted. */
const withKeyValue = (folder: string) => copyFileSync(kvRustWasm, join(folder, 'app.wasm'));
const built = (folder: string) => ({
  build: () => Promise.resolve(copyFileSync(join(folder, 'app.wasm'), join(folder, 'other.wasm'))),
});
const building = `${manifest.replace('app.wasm', 'other.wasm')}
[component.app.build]
command = "make"
watch = ["src/**/*.c"]
`;

const version1 = `spin_manifest_version = "1"
name = "old"
version = "1.0.0"
description = "An old app"
authors = ["Ann"]
trigger = { type = "http", base = "/" }

[variables]
greeting = { default = "hello" }

[[component]]
id = "my_component"
source = "app.wasm"
environment = { A = "1" }
[component.config]
greeting = "{{ greeting }}"
[component.trigger]
route = "/old/..."
[component.build]
command = "make"

[[component]]
id = "self"
source = "app.wasm"
[component.trigger]
route = "/self"
`;

export const doctorCases: readonly DoctorCase[] = [
  // Each component of version 1 may connect to what Spin 1 allowed; without an import for it that is the next finding, cured too.
  { name: 'version-1', manifest: version1 },
  {
    name: 'version-1-without-route',
    manifest: version1.replace('route = "/old/..."', 'executor = { type = "spin" }'),
    byHand: write('spin.toml', manifest),
  },
  { name: 'manifest-version-missing', manifest: manifest.replace(/^spin_manifest.*\n/m, '') },
  { name: 'manifest-version-wrong', manifest: manifest.replace('version = 2', 'version = "2"') },
  { name: 'manifest-version-old-key', manifest: manifest.replace('spin_manifest_version', 'spin_version') },
  {
    name: 'manifest-mistake',
    manifest: manifest.replace('source =', 'sauce ='),
    byHand: write('spin.toml', manifest),
  },
  {
    name: 'node-too-old',
    manifest,
    machine: () => ({ nodeVersion: '20.1.0', hasJspi: false }),
    byHand: () => undefined,
  },
  {
    name: 'toolchain',
    manifest: `${manifest}\n[component.app.build]\ncommand = ["GOOS=x go build", "npm install && npx j2w", "cargo build", "python3 a.py"]\n`,
    machine: () => ({ hasProgram: () => Promise.resolve(false) }),
    byHand: () => undefined,
  },
  {
    name: 'toolchain-rust-target',
    manifest: `${manifest}\n[component.app.build]\ncommand = "cargo build --target wasm32-wasip2 --release"\n`,
    machine: () => rustupWithout(),
  },
  { name: 'source-missing', manifest: building, files: { 'src/a.c': '' }, machine: built },
  {
    name: 'source-missing-and-no-build',
    manifest: manifest.replace('app.wasm', 'other.wasm'),
    byHand: folder => copyFileSync(join(folder, 'app.wasm'), join(folder, 'other.wasm')),
  },
  {
    name: 'source-stale',
    manifest: building,
    files: { 'src/deep/a.c': '', 'src/old.c': '' },
    arrange: folder => {
      copyFileSync(join(folder, 'app.wasm'), join(folder, 'other.wasm'));
      utimesSync(join(folder, 'other.wasm'), 1_000_000, 1_000_000);
      utimesSync(join(folder, 'src/old.c'), 1_000, 1_000);
    },
    machine: built,
  },
  {
    name: 'unknown-label',
    manifest: `${manifest}key_value_stores = ["default", "orders"]\n`,
    arrange: withKeyValue,
    byHand: write('spin.toml', `${manifest}key_value_stores = ["default"]\n`),
  },
  {
    name: 'unknown-label-misspelt',
    manifest: `${manifest}key_value_stores = [\n  "defualt", # the usual one\n]\n`,
    arrange: withKeyValue,
  },
  {
    name: 'grants-unused',
    manifest: `${manifest}key_value_stores = ["default"] # for later\nallowed_outbound_hosts = [\n  "https://example.com",\n]\ndescription = "stays"\n`,
  },
  { name: 'grants-missing', manifest, arrange: withKeyValue },
  {
    name: 'outbound-hosts',
    manifest: `${manifest}allowed_outbound_hosts = ["http://10.1.2.3", "http://ap.spin.internal"]\n`,
    runtimeConfig: '[outbound_networking]\nblock_networks = ["private"]\n',
    arrange: folder => writeFileSync(join(folder, 'app.wasm'), importing('wasi:http/outgoing-handler@0.2.0')),
    byHand: write('spin.toml', `${manifest}allowed_outbound_hosts = ["http://app.spin.internal"]\n`),
  },
  {
    name: 'duplicate-route',
    manifest: `${top}${route}# Another one.\n[[trigger.http]]\nroute = "/..."\ncomponent = "second"\n\n${component}\n[component.second]\nsource = "app.wasm"\n`,
  },
  {
    name: 'unreachable-route',
    manifest: `${top}${route.replace('/...', '/a/:one')}[[trigger.http]]\nroute = "/a/:two"\ncomponent = "app"\n\n${component}`,
  },
  {
    name: 'unreachable-route-reserved-and-private',
    manifest: manifest
      .replace('"/..."', '"/.well-known/spin/mine"')
      .replace('[component', '[[trigger.http]]\nroute = { private = true }\ncomponent = "app"\n\n[component'),
    byHand: replaced('', ''),
  },
  {
    name: 'database-wal',
    manifest: `${manifest}key_value_stores = ["default"]\n`,
    arrange: folder => {
      withKeyValue(folder);
      mkdirSync(join(folder, '.spin'));
      const database = new Database(join(folder, '.spin/sqlite_key_value.db'));
      database.pragma('journal_mode = WAL');
      database.exec('CREATE TABLE t (a)');
      database.close();
    },
  },
  {
    name: 'cache-damage',
    manifest,
    arrange: folder => {
      const entry = join(folder, 'cache', 'e'.repeat(64));
      mkdirSync(entry, { recursive: true });
      writeFileSync(join(entry, 'manifest.json'), 'not what it was');
      // That is none.
      mkdirSync(join(folder, 'cache/sources'));
    },
  },
  {
    name: 'port-in-use',
    manifest,
    machine: () => ({ listenProblem: () => Promise.resolve('EADDRINUSE') }),
    byHand: () => undefined,
  },
];

/** A rustup that installs what it is told to. */
function rustupWithout(): Partial<Machine> {
  let installed = 'x86_64-unknown-linux-gnu\n';
  return {
    outputOf: (_program, [, command, target = '']) => {
      if (command === 'add') installed += `${target}\n`;
      return Promise.resolve(command === 'add' ? '' : installed);
    },
  };
}

/** A core module that imports one function of this module. */
function importing(module: string): Uint8Array {
  const name = Buffer.from(module);
  const imported = [name.length, ...name, 1, 0x66, 0, 0];
  const sections = [1, 4, 1, 0x60, 0, 0, 2, imported.length + 1, 1, ...imported];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections]);
}
