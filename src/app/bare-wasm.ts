// `tspin up -f app.wasm` (spin-behaviour 5.1): a Wasm file without a manifest, as if it had one that permits nothing.
import { basename, extname } from 'node:path';
import { parseManifest, type Manifest } from '../manifest/manifest.ts';

/** @param path of the Wasm file; the app is named after it. */
export function bareWasmManifest(path: string): Manifest {
  // A JSON string is a TOML string.
  const text = [
    'spin_manifest_version = 2',
    '[application]',
    `name = ${JSON.stringify(basename(path, extname(path)))}`,
    '[[trigger.http]]',
    'route = "/..."',
    `component = { source = ${JSON.stringify(path)} }`,
  ].join('\n');
  return parseManifest(text, path);
}
