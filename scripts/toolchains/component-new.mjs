// component-new.mjs CORE OUT [WIT WORLD]: makes a component of a core module, with the adapter of preview 1. WIT, a folder, and
// a world in it are given for a module that has no component-type section.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { filesystem } from '@bytecodealliance/preview2-shim';

const [core, out, wit, world] = process.argv.slice(2);
const adapter = join(import.meta.dirname, '../../src/wasm/adapters/wasi_snapshot_preview1.reactor.wasm');
// The tools read the WIT through the shim, which offers nothing of the disk by default.
filesystem._setPreopens({ '/': '/' });
const binary = readFileSync(core);
const embedded = wit === undefined ? binary : await componentEmbed({ binary, witPath: resolve(wit), world });
writeFileSync(out, await componentNew(embedded, [['wasi_snapshot_preview1', readFileSync(adapter)]]));
