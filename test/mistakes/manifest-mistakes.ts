// Mistakes in spin.toml, as a user meets them. The others are in test/golden/manifest, one level lower.
import { edited, appWith, soundApp, soundLines } from './app-files.ts';
import type { Mistake } from './mistake.ts';

const withManifest = (text: string | Uint8Array): Mistake['files'] => ({ ...soundApp, 'spin.toml': text });
const up = { argv: ['up'], exit: 1 } as const;

export const manifestMistakes: readonly Mistake[] = [
  { ...up, name: 'there is no spin.toml' },
  { ...up, name: '-f names a file that is not there', argv: ['up', '-f', 'shop/spin.toml'] },
  { ...up, name: 'the manifest is UTF-16', files: withManifest(Buffer.from(`\uFEFF${edited('shop', 'shop')}`, 'utf16le')) },
  { ...up, name: 'a string has no closing quote', files: withManifest(edited('"shop"', '"shop')) },
  { ...up, name: 'the manifest is written for version 2 and says version 1', files: withManifest(edited('= 2', '= "1"')) },
  { ...up, name: 'the manifest is of a version that does not exist', files: withManifest(edited('= 2', '= 3')) },
  { ...up, name: 'a key is misspelt', files: withManifest(edited('key_value_stores', 'key_value_store')) },
  { ...up, name: 'a trigger has no route', files: withManifest(edited('route = "/..."\n', '')) },
  { ...up, name: 'a number is not in quotes', files: appWith([...soundLines, 'environment = { PORT = 8080 }']) },
  { ...up, name: 'the source is an empty string', files: withManifest(edited('"cart.wasm"', '""')) },
  { ...up, name: 'a component id has an underscore', files: withManifest(edited('[component.cart]', '[component.my_cart]')) },
  {
    ...up,
    name: 'a trigger names a component that is not there',
    files: withManifest(edited('component = "cart"', 'component = "crat"')),
  },
  {
    ...up,
    name: 'the app has no trigger',
    files: { 'spin.toml': 'spin_manifest_version = 2\n\n[application]\nname = "shop"\n\n[trigger]\n' },
  },
  { ...up, name: 'a route has its wildcard in the middle', files: withManifest(edited('"/..."', '"/*/items"')) },
  { ...up, name: 'a store label is not defined', fillsCache: true, files: appWith(['key_value_stores = ["defualt"]']) },
  {
    ...up,
    name: 'a database label is not defined',
    fillsCache: true,
    files: appWith([...soundLines, 'sqlite_databases = ["orders"]']),
  },
];
