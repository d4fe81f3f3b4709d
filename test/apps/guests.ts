// Where the built guests of the end-to-end tests are, and folders with apps made of them.
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';

export const repository: string = join(import.meta.dirname, '..', '..');
export const probeWasm: string = join(repository, 'test/guests/probe/probe.wasm');
export const probe3Wasm: string = join(repository, 'test/guests/probe3/probe3.wasm');
export const configWasm: string = join(repository, 'test/guests/config/config.wasm');
export const config3Wasm: string = join(repository, 'test/guests/config3/config3.wasm');
export const keyvalueWasm: string = join(repository, 'test/guests/keyvalue/keyvalue.wasm');
export const linesWasm: string = join(repository, 'test/guests/lines/lines.wasm');
export const linesCoreWasm: string = join(repository, 'test/guests/lines/lines-core.wasm');
export const mistakesWasm: string = join(repository, 'test/guests/mistakes/mistakes.wasm');
export const proxyWasm: string = join(repository, 'test/guests/proxy/proxy.wasm');
export const proxy3Wasm: string = join(repository, 'test/guests/proxy3/proxy3.wasm');
export const sqliteWasm: string = join(repository, 'test/guests/sqlite/sqlite.wasm');
export const sqlite3Wasm: string = join(repository, 'test/guests/sqlite3/sqlite3.wasm');
export const serversWasm: string = join(repository, 'test/guests/servers/servers.wasm');
export const servers3Wasm: string = join(repository, 'test/guests/servers3/servers3.wasm');
export const wasi3Wasm: string = join(repository, 'test/guests/wasi3/wasi3.wasm');
export const kvRust1Wasm: string = join(repository, 'test/guests/kv-rust1/kv-rust1.wasm');
export const kvRustWasm: string = join(repository, 'examples/kv-rust/kv-rust.wasm');
export const kvRustCoreWasm: string = join(repository, 'examples/kv-rust/kv-rust-core.wasm');

/** The folders of the guests that are checked in as .wasm, from the checkout's root: `test/guests/probe`. */
export const checkedInGuests = (): string[] =>
  globSync('{examples,test/guests,bench/guests}/*/sources.sha256', { cwd: repository }).map(dirname).toSorted();

export const guestCache: string = process.env['TSPIN_GUEST_CACHE'] ?? join(homedir(), '.cache', 'tspin-guests');

/** Transpiled guests are kept between runs, away from the user's own. */
export const componentCache: string = join(guestCache, 'components');

/** Builds a guest when that was not done yet: seconds then, else none. */
export const cachedGuest = (folder: string): string =>
  execFileSync(join(repository, 'scripts/cached-guest.sh'), [folder], { encoding: 'utf8' }).trim();

export const kvTsWasm = (): string => cachedGuest('examples/kv-ts');
export const kvPythonWasm = (): string => cachedGuest('test/guests/kv-python');
export const wasi3PythonWasm = (): string => cachedGuest('test/guests/wasi3-python');

export interface AppText {
  /** Routes in TOML: `"/..."`, `{ private = true }`. All lead to the one component. */
  readonly routes?: readonly string[];
  readonly source?: string;
  /** The component's id, and the app's name. */
  readonly component?: string;
  /** The labels that it may open; `default` by default. */
  readonly stores?: readonly string[];
  /** More lines of the component's table. */
  readonly lines?: readonly string[];
  /** Paths and texts of files beside the manifest. */
  readonly files?: Readonly<Record<string, string>>;
  /** The whole spin.toml, in place of one made of the above. */
  readonly manifest?: string;
}

/** A folder with an app of one component, the probe by default, on the route `/...` by default. */
export function appFolder(t: TestContext, { files = {}, manifest, ...parts }: AppText = {}): string {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries({ ...files, 'spin.toml': manifest ?? manifestText(parts) })) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

function manifestText({
  routes = ['"/..."'],
  source = probeWasm,
  component = 'probe',
  stores = ['default'],
  lines = [],
}: AppText): string {
  return [
    'spin_manifest_version = 2',
    '[application]',
    `name = "${component}-app"`,
    'version = "1.2.3"',
    ...routes.flatMap(route => ['[[trigger.http]]', `route = ${route}`, `component = "${component}"`]),
    `[component.${component}]`,
    `source = ${JSON.stringify(source)}`,
    `key_value_stores = ${JSON.stringify(stores)}`,
    ...lines,
    '',
  ].join('\n');
}
