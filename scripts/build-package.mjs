// Makes dist/, which the published package runs. The sources are bundled into a few files, because loading hundreds of them
// takes longer than all else that a start does; jco-transpile is bundled too, so that users install neither it nor binaryen
// (93 MB) and oxc, which only parts that we don't use need.
import { execFileSync } from 'node:child_process';
import { cpSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const dist = join(root, 'dist');

/** Files that are imported or started by their place in dist/: each is a bundle, with what they share in bundles beside them. */
const entries = [
  'index.ts',
  'cli/main.ts',
  'wasm/transpile-child.ts',
  'host/key-value/writer-thread.ts',
  'host/sqlite/sql-child.ts',
  'host/sqlite/sql-watchdog.ts',
  'workers/worker-thread.ts',
  // In two copies this class of errors would not know itself; jco.ts, a bundle of its own, throws it.
  'wasm/jco-refusal.ts',
];

async function bundleSources() {
  await build({
    entryPoints: entries.map(entry => join(source, entry)),
    outdir: dist,
    // All bundles lie flat, so that a file's own place can be written into it.
    entryNames: '[name]',
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // There is less to read and to hash at each start. Names stay, for stack traces.
    minifyWhitespace: true,
    packages: 'external',
    sourcemap: true,
    plugins: [ownPlaces, jcoApart],
    logLevel: 'warning',
  });
  for (const entry of entries) {
    const stub = join(dist, inDist(entry));
    if (dirname(stub) === dist) continue;
    const target = relative(dirname(stub), join(dist, basename(stub))).replaceAll('\\', '/');
    mkdirSync(dirname(stub), { recursive: true });
    writeFileSync(stub, `export * from ${JSON.stringify(target)};\n`);
  }
}

/** `import.meta.url` of a bundle is not that of its parts: each file's own place is written where it asks for it. */
const ownPlaces = {
  name: 'own-places',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = path.startsWith(source) ? readFileSync(path, 'utf8') : '';
      if (!text.includes('import.meta.url')) return undefined;
      const place = `new URL(${JSON.stringify(`./${inDist(relative(source, path))}`)}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', place), loader: 'ts' };
    });
  },
};

/** Only the process that transpiles loads jco, and not always. */
const jcoApart = {
  name: 'jco-apart',
  setup(bundler) {
    bundler.onResolve({ filter: /\/jco\.ts$/ }, () => ({ path: './jco.js', external: true }));
  },
};

async function bundleJco() {
  const vendor = join(root, 'node_modules/@bytecodealliance/jco-transpile/vendor');
  await build({
    entryPoints: [join(source, 'wasm/jco.ts')],
    outfile: join(dist, 'jco.js'),
    bundle: true,
    format: 'esm',
    // Neutral, so that the shim that the bundled tools run on is the one without worker threads and native code.
    platform: 'neutral',
    external: ['node:*'],
    plugins: [refusalApart],
    legalComments: 'inline',
    logLevel: 'warning',
  });
  // The bundled tools load their Wasm from beside themselves.
  for (const name of readdirSync(vendor).filter(file => file.endsWith('.wasm'))) {
    copyFileSync(join(vendor, name), join(dist, name));
  }
  copyFileSync(join(dirname(vendor), 'LICENSE'), join(dist, 'jco.LICENSE'));
}

const refusalApart = {
  name: 'refusal-apart',
  setup(bundler) {
    bundler.onResolve({ filter: /\/jco-refusal\.ts$/ }, () => ({ path: './jco-refusal.js', external: true }));
  },
};

function inDist(file) {
  return file.replace(/\.ts$/, '.js');
}

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
cpSync(source, dist, { recursive: true, filter: path => !path.endsWith('.ts') });
await bundleSources();
await bundleJco();
process.stdout.write(`made ${basename(dist)}/\n`);
