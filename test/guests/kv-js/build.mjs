// Makes dist/kv-js.wasm of app.js: componentize-js without any SDK.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { componentize } from '@bytecodealliance/componentize-js';
import { filesystem } from '@bytecodealliance/preview2-shim';

// It reads the WIT through the shim, which offers nothing of the disk by default.
filesystem._setPreopens({ '/': '/' });
const { component } = await componentize(await readFile('app.js', 'utf8'), {
  sourceName: 'app.js',
  witPath: resolve('build/wit'),
  worldName: 'kv',
});
await writeFile('dist/kv-js.wasm', component);
