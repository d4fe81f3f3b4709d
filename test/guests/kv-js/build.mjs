// Makes dist/kv-js.wasm of app.js: componentize-js without any SDK.
import { readFile, writeFile } from 'node:fs/promises';
import { componentize } from '@bytecodealliance/componentize-js';

const { component } = await componentize(await readFile('app.js', 'utf8'), {
  sourceName: 'app.js',
  witPath: 'build/wit',
  worldName: 'kv',
});
await writeFile('dist/kv-js.wasm', component);
