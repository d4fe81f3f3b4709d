// The adapters from WASI preview 1, loaded from beside this file: where they are in `src/` and in `dist/` alike.
import { readFile } from 'node:fs/promises';

export type AdapterName = 'reactor' | 'command';

export function readAdapter(name: AdapterName): Promise<Uint8Array> {
  return readFile(new URL(`./adapters/wasi_snapshot_preview1.${name}.wasm`, import.meta.url));
}
