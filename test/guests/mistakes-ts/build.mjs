// Bundles src/index.ts into build/bundle.js; `j2w` makes dist/mistakes-ts.wasm of that.
import { SpinEsbuildPlugin } from '@spinframework/build-tools/plugins/esbuild/index.js';
import { build } from 'esbuild';
import { mkdir } from 'node:fs/promises';

await build({
  entryPoints: ['src/index.ts'],
  outfile: 'build/bundle.js',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  plugins: [await SpinEsbuildPlugin()],
});
await mkdir('dist', { recursive: true });
