// The files of an app for a case: a sound one unless told otherwise.
import { readFileSync } from 'node:fs';
import { kvRustWasm } from '../apps/guests.ts';
import type { Entry } from './mistake.ts';

const soundWasm: Uint8Array = readFileSync(kvRustWasm);

/** The manifest of an app with the one component "cart", and more lines of its table. */
export const manifest = (...lines: readonly string[]): string =>
  [
    'spin_manifest_version = 2',
    '',
    '[application]',
    'name = "shop"',
    '',
    '[[trigger.http]]',
    'route = "/..."',
    'component = "cart"',
    '',
    '[component.cart]',
    'source = "cart.wasm"',
    ...lines,
    '',
  ].join('\n');

/** What the guest of a sound app needs. */
export const soundLines = ['key_value_stores = ["default"]'] as const;

/** An app that would start. */
export const soundApp: Readonly<Record<string, Entry>> = { 'spin.toml': manifest(...soundLines), 'cart.wasm': soundWasm };

/** The sound app with other lines in the component's table. */
export const appWith = (
  lines: readonly string[],
  files: Readonly<Record<string, Entry>> = {},
): Readonly<Record<string, Entry>> => ({
  'spin.toml': manifest(...lines),
  'cart.wasm': soundWasm,
  ...files,
});

/** The sound app with this for its Wasm file. */
export const appOf = (wasm: Entry): Readonly<Record<string, Entry>> => ({ 'spin.toml': manifest(), 'cart.wasm': wasm });

/** The sound manifest with one text replaced by another. */
export function edited(from: string, to: string): string {
  const sound = manifest(...soundLines);
  if (!sound.includes(from)) throw new Error(`the manifest has no ${JSON.stringify(from)}`);
  return sound.replace(from, to);
}
