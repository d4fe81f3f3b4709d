// Makes dist/, which the published package runs: the sources compiled, their other files copied, and jco-transpile
// bundled into one file, so that users install neither it nor binaryen (93 MB) and oxc, which only parts we don't use need.
import { execFileSync } from 'node:child_process';
import { cpSync, copyFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
cpSync(source, dist, { recursive: true, filter: path => !path.endsWith('.ts') });
async function bundleJco() {
  const vendor = join(root, 'node_modules/@bytecodealliance/jco-transpile/vendor');
  await build({
    entryPoints: [join(source, 'wasm/jco.ts')],
    outfile: join(dist, 'wasm/jco.js'),
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    // Neutral, so that the shim that the bundled tools run on is the one without worker threads and native code.
    platform: 'neutral',
    external: ['node:*'],
    plugins: [keepOurFiles],
    legalComments: 'inline',
    logLevel: 'warning',
  });
  // The bundled tools load their Wasm from beside themselves.
  for (const name of readdirSync(vendor).filter(name => name.endsWith('.wasm'))) {
    copyFileSync(join(vendor, name), join(dist, 'wasm', name));
  }
  copyFileSync(join(dirname(vendor), 'LICENSE'), join(dist, 'wasm/jco.LICENSE'));
}

/** Files of ours that jco.ts imports stay files of their own: an error class in two copies would not know itself. */
const keepOurFiles = {
  name: 'keep-our-files',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) =>
      importer.startsWith(source) ? { path: path.replace(/\.ts$/, '.js'), external: true } : undefined,
    );
  },
};

await bundleJco();
process.stdout.write(`made ${basename(dist)}/\n`);
