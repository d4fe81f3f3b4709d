// The guests of the bench, as data. One that was not built is reported as missing.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const repository: string = join(import.meta.dirname, '..', '..');

export interface Guest {
  readonly id: string;
  readonly title: string;
  /** Where its component is, from the root of the repository; the first that exists is taken. */
  readonly paths?: readonly string[];
  /** A script that builds it when that was not done yet, and prints its path. */
  readonly build?: readonly string[];
  /** It takes its seed when it is instantiated, and is recycled only when the user says so. */
  readonly optsIn?: boolean;
}

export const guests: readonly Guest[] = [
  { id: 'hello', title: 'Rust, spin-sdk 5, without a store', paths: ['bench/guests/hello-rust/hello-rust.wasm'] },
  { id: 'rust', title: 'Rust, spin-sdk 5 (WASI 0.2)', paths: ['examples/kv-rust/kv-rust.wasm'] },
  {
    id: 'rust7',
    title: 'Rust, spin-sdk 7 (WASI 0.3)',
    paths: ['test/guests/kv-rust7/kv-rust7.wasm', 'examples/kv-rust7/kv-rust7.wasm'],
  },
  { id: 'js', title: 'TypeScript (WASI 0.2)', build: ['scripts/cached-guest.sh', 'examples/kv-ts'] },
  { id: 'go', title: 'Go (WASI 0.2)', paths: ['test/guests/kv-go/kv-go.wasm', 'examples/kv-go/kv-go.wasm'], optsIn: true },
  { id: 'python', title: 'Python (WASI 0.2)', build: ['scripts/cached-guest.sh', 'test/guests/kv-python'] },
  { id: 'c', title: 'C (WASI 0.2)', paths: ['test/guests/kv-c/kv-c.wasm', 'examples/kv-c/kv-c.wasm'] },
  { id: 'proxy', title: 'Rust, spin-sdk 5, asking its neighbour', paths: ['test/guests/proxy/proxy.wasm'] },
];

/** The absolute path of a guest's component, or why there is none. */
export function findGuest(guest: Guest): { readonly wasm: string } | { readonly reason: string } {
  const found = guest.paths?.map(path => join(repository, path)).find(path => existsSync(path));
  if (found !== undefined) return { wasm: found };
  const [script, ...words] = guest.build ?? [];
  if (script === undefined) return { reason: `not built: ${guest.paths?.[0]} is not there` };
  try {
    const printed = execFileSync(join(repository, script), words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return { wasm: printed.trim() };
  } catch (error) {
    return { reason: `${script} failed: ${String(error).split('\n')[0]}` };
  }
}
