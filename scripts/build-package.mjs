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

/** What runs on a thread or process of its own: each is one file, so that it is read at once, and CommonJS, which loads faster. */
const programs = [
  'host/key-value/writer-thread.ts',
  'host/sqlite/sql-child.ts',
  'host/sqlite/sql-watchdog.ts',
  'workers/worker-thread.ts',
  // By itself for the launcher, which starts the first worker's thread before it loads the rest.
  'workers/spare-thread.ts',
];

/** Those of them that a start waits for: V8's code for them is kept. */
const kept = ['host/key-value/writer-thread.ts', 'workers/worker-thread.ts'];

/** They share modules with jco.js. In two copies a class of errors would not know itself. */
const transpiling = ['wasm/transpile-child.ts', 'wasm/jco-refusal.ts'];

const common = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // There is less to read and to hash at each start. Names stay, for stack traces.
  minifyWhitespace: true,
  // What few starts need.
  external: ['undici', 'valibot', 'better-sqlite3/package.json'],
  sourcemap: true,
  logLevel: 'warning',
};

async function bundleSources() {
  await bundleProgram('tspin.cjs', {
    // The command line and the library share what they have: one TspinError.
    stdin: {
      contents: `exports.main = spareThread => require('./cli/main.ts').main(spareThread);\nexports.library = () => require('./index.ts');\n`,
      resolveDir: source,
    },
  });
  for (const program of programs) {
    const file = inDist(program);
    if (!kept.includes(program)) await bundleProgram(file, { entryPoints: [join(source, program)] });
    else {
      await bundleProgram(basename(file), { entryPoints: [join(source, program)] });
      mkdirSync(join(dist, dirname(file)), { recursive: true });
      const up = `${relative(dirname(file), '.')}/`;
      const loaded = `require('node:path').join(__dirname, '${up}${basename(file)}')`;
      writeFileSync(join(dist, file), `require('${up}../bin/load.cjs').load(${loaded}, '${basename(file, '.cjs')}');\n`);
    }
  }
  const names = await libraryExports();
  writeFileSync(
    join(dist, 'index.js'),
    `import tspin from './tspin.cjs';\nexport const { ${names.join(', ')} } = tspin.library();\n`,
  );
  writeFileSync(join(dist, 'wasm', 'transpile-child.cjs'), `import('../transpile-child.js');\n`);
}

/** `name`: where it is in dist/. */
async function bundleProgram(name, input) {
  await build({
    ...common,
    ...input,
    outfile: join(dist, name),
    format: 'cjs',
    banner: {
      js: `var distUrl=require("node:url").pathToFileURL(require("node:path").join(__dirname,${JSON.stringify(relative(dirname(name), '.') || '.')})).href+"/";`,
    },
    plugins: [ownPlaces, lazyBuiltins, sqliteBinding],
  });
}

async function bundleTranspiling() {
  await build({
    ...common,
    entryPoints: transpiling.map(entry => join(source, entry)),
    outdir: dist,
    // The bundles lie flat, so that a file's own place can be written into it.
    entryNames: '[name]',
    chunkNames: 'shared-[hash]',
    splitting: true,
    format: 'esm',
    plugins: [ownPlacesFlat, jcoApart],
  });
}

/** `import.meta.url` of a bundle is not that of its parts: each file's own place is written where it asks for it. */
const ownPlaces = placesPlugin(place => `new URL(${JSON.stringify(place.replace(/\.ts$/, '.cjs'))}, distUrl).href`);
const ownPlacesFlat = placesPlugin(
  place => `new URL(${JSON.stringify(`./${place.replace(/\.ts$/, '.js')}`)}, import.meta.url).href`,
);

function placesPlugin(write) {
  return {
    name: 'own-places',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = path.startsWith(source) ? readFileSync(path, 'utf8') : '';
        if (!text.includes('import.meta.url')) return undefined;
        const place = write(relative(source, path).replaceAll('\\', '/'));
        return { contents: text.replaceAll('import.meta.url', place), loader: 'ts' };
      });
    },
  };
}

/** Modules of Node that are loaded when something of them is used first: each takes milliseconds, and few starts need them all. */
const lazyModules = ['child_process', 'crypto', 'dgram', 'dns', 'inspector', 'net', 'tls', 'timers/promises', 'v8', 'vm'];

const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: new RegExp(`^node:(${lazyModules.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'lazy' ? { path, external: true } : { path, namespace: 'lazy' },
    );
    bundler.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => {
      const getters = Object.keys(process.getBuiltinModule(path)).map(
        name => `get ${name}() { return (loaded ??= require('${path}')).${name}; }`,
      );
      return { contents: `let loaded;\nmodule.exports = { ${getters.join(',\n')} };\n`, loader: 'js' };
    });
  },
};

/** Where its native code is, better-sqlite3 itself finds out, from its own place; the rest of it is bundled. */
const sqliteBinding = {
  name: 'sqlite-binding',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/binding$/ }, ({ path }) => ({ path, namespace: 'sqlite-binding' }));
    bundler.onLoad({ filter: /.*/, namespace: 'sqlite-binding' }, () => ({
      contents: `const { dirname, join } = require('node:path');
        module.exports = require(join(dirname(require.resolve('better-sqlite3/package.json')), 'lib', 'binding.js'));`,
      resolveDir: root,
    }));
  },
};

async function libraryExports() {
  const { metafile } = await build({
    ...common,
    entryPoints: [join(source, 'index.ts')],
    format: 'esm',
    metafile: true,
    write: false,
    outdir: dist,
    plugins: [ownPlacesFlat],
  });
  return Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith('src/index.ts')).exports;
}

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
  return file.replace(/\.ts$/, '.cjs');
}

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
cpSync(source, dist, { recursive: true, filter: path => !path.endsWith('.ts') });
await bundleSources();
await bundleTranspiling();
await bundleJco();
process.stdout.write(`made ${basename(dist)}/\n`);
