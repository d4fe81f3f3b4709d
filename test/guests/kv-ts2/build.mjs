// Bundles src/index.ts into build/bundle.js; `j2w` makes dist/kv-ts2.wasm of that.
import { mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

await build({
  entryPoints: ['src/index.ts'],
  outfile: 'build/bundle.js',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  // The host's interfaces, and what the SDK asks of Spin's older triggers.
  external: ['fermyon:spin/*'],
});
await mkdir('dist', { recursive: true });
