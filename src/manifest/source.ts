// A component's `source` (spin-behaviour 1.7): a file, a download or a package.
import type { SourceLocation } from '../errors.ts';
import type { Entry } from './entry.ts';
import { invalidValue, wrongType } from './mistakes.ts';
import { optional, readTable, required, string } from './readers.ts';

export type SourceSection = { readonly at: SourceLocation } & (
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly digest: string }
  | { readonly kind: 'package'; readonly registry: string | undefined; readonly package: string; readonly version: string }
);

export function readSource(entry: Entry): SourceSection {
  const { at } = entry;
  if (typeof entry.value === 'string') return { kind: 'file', path: filePath(entry, entry.value), at };
  if (!entry.table)
    throw wrongType(
      entry,
      'a string or a table',
      'write the path of the Wasm file, relative to this manifest: source = "app.wasm"',
    );
  if (entry.member('url')) {
    const fields = readTable(entry, { url: required(downloadUrl, ''), digest: required(digest, 'digest = "sha256:…"') });
    return { kind: 'url', ...fields, at };
  }
  const fields = readTable(entry, {
    registry: optional(string),
    package: required(string, 'package = "namespace:name"'),
    version: required(exactVersion, 'version = "1.0.0"'),
  });
  return { kind: 'package', ...fields, at };
}

function filePath(entry: Entry, path: string): string {
  if (path !== '') return path;
  throw invalidValue(entry, '`source` is empty', 'write the path of the Wasm file, relative to this manifest');
}

/** Reads the digest of a download; gives it in lower case. */
export function digest(entry: Entry): string {
  const text = string(entry);
  if (/^sha256:[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  const problem = text.startsWith('sha256:') ? 'has not 64 hexadecimal digits after' : 'does not start with';
  throw invalidValue(
    entry,
    `the digest ${JSON.stringify(text)} ${problem} "sha256:"`,
    `write "sha256:" and the 64 digits that sha256sum prints`,
  );
}

/** Reads the address of a download. */
export function downloadUrl(entry: Entry): string {
  const text = string(entry);
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw invalidValue(entry, `${JSON.stringify(text)} is no address to download from`, 'write one that begins with https://');
}

/** The grammar of semver.org, without its rule on leading zeros in prereleases. */
export const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

function exactVersion(entry: Entry): string {
  const text = string(entry);
  if (semver.test(text)) return text;
  throw invalidValue(
    entry,
    `${JSON.stringify(text)} is not an exact version`,
    'write all three numbers, e.g. "1.2.0"; ranges are not allowed here',
  );
}
