// go-bindings.mjs WIT OUT: writes the custom section that tells what a core module of templates/http-go imports and exports. WIT is the
// folder that test/guests/kv-go/build.sh leaves in build/wit, and build/gen holds the rest of the template's generated files.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { componentEmbed, metadataAdd } from '@bytecodealliance/jco-transpile/wasm-tools';
import { filesystem } from '@bytecodealliance/preview2-shim';

const [wit, out] = process.argv.slice(2);
filesystem._setPreopens({ '/': '/' });
const preamble = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const embedded = await componentEmbed({ binary: preamble, witPath: resolve(wit), world: 'kv' });
const section = sectionOf(embedded);
// Spin takes a module for one of Spin 1 unless a wit-bindgen is named here.
const type = await metadataAdd(section.content, [['processed-by', [['wit-bindgen-go', '0.57.1']]]]);
const body = [section.name.length, ...Buffer.from(section.name), ...type];
writeFileSync(out, Uint8Array.from([0, ...leb(body.length), ...body]));

function sectionOf(module) {
  let at = preamble.length + 1;
  while (module[at++] >= 0x80);
  const name = Buffer.from(module.slice(at + 1, at + 1 + module[at])).toString();
  return { name, content: module.slice(at + 1 + module[at]) };
}

function leb(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
