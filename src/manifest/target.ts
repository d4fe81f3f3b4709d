// One element of `targets`: where the application is meant to run. Spin looks at it when it builds; it does not change how an app is served.
import type { Entry } from './entry.ts';
import { invalidValue, wrongType } from './mistakes.ts';
import { optional, readTable, string } from './readers.ts';

export type TargetReference =
  | { readonly kind: 'catalogue'; readonly name: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'path'; readonly path: string };

export function targetReference(entry: Entry): TargetReference {
  const help = 'write "spin-up:3.3", { url = "…" } or { path = "…" }';
  if (entry.value === '') throw invalidValue(entry, 'a target has a name', help);
  if (typeof entry.value === 'string') return { kind: 'catalogue', name: entry.value };
  if (!entry.table) throw wrongType(entry, 'a string or a table');
  const { url, path } = readTable(entry, { url: optional(string), path: optional(string) });
  if (url !== undefined && path === undefined) {
    if (!URL.canParse(url)) throw invalidValue(entry, `${JSON.stringify(url)} is no URL`, help);
    return { kind: 'url', url };
  }
  if (path !== undefined && url === undefined) return { kind: 'path', path };
  throw invalidValue(entry, 'a target is given by either `url` or `path`', help);
}
