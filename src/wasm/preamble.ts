// What a file is, told from its first bytes.

/**
 * - `component`, `core-module`: Wasm that tspin reads
 * - `wasm-version`: Wasm of another version; `version` is its version word as hex bytes
 * - `truncated`: begins as Wasm does and ends before the version
 * - `other`: not Wasm; `looksLike` says what it seems to be
 */
export type FileKind =
  | { readonly kind: 'component' | 'core-module' | 'truncated' | 'empty' }
  | { readonly kind: 'wasm-version'; readonly version: string }
  | { readonly kind: 'other'; readonly looksLike: string };

const magic = [0x00, 0x61, 0x73, 0x6d];
const versions: Readonly<Record<string, 'component' | 'core-module'>> = {
  '01 00 00 00': 'core-module',
  '0d 00 01 00': 'component',
};

export function fileKindOf(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return { kind: 'empty' };
  const head = bytes.subarray(0, 8);
  if (!magic.slice(0, head.length).every((byte, index) => byte === head[index])) {
    return { kind: 'other', looksLike: lookOf(bytes) };
  }
  if (head.length < 8) return { kind: 'truncated' };
  const version = [...head.subarray(4)].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
  const known = versions[version];
  return known === undefined ? { kind: 'wasm-version', version } : { kind: known };
}

const signatures: readonly (readonly [string, readonly number[]])[] = [
  ['a gzip archive', [0x1f, 0x8b]],
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a native program (ELF)', [0x7f, 0x45, 0x4c, 0x46]],
  ['a native program (Mach-O)', [0xcf, 0xfa, 0xed, 0xfe]],
  ['a native program (Windows)', [0x4d, 0x5a, 0x90]],
];

/** How many bytes are looked at to tell text from binary. */
const sampleBytes = 4096;

function lookOf(bytes: Uint8Array): string {
  for (const [name, start] of signatures) if (start.every((byte, index) => byte === bytes[index])) return name;
  const text = textOf(bytes.subarray(0, sampleBytes));
  if (text === undefined) return 'binary data of another kind';
  const start = text.trimStart().slice(0, 40).toLowerCase();
  if (/^<(!doctype html|html|head|body)/.test(start)) return 'an HTML page';
  if (start.startsWith('(module') || start.startsWith('(component') || start.startsWith(';;')) {
    return 'Wasm in text form (WAT)';
  }
  if (start.startsWith('version https://git-lfs')) return 'a Git LFS pointer';
  return 'a text file';
}

/** The sample as text, or undefined if it holds what text does not. */
function textOf(sample: Uint8Array): string | undefined {
  // The sample may end within a character, so its last bytes are decoded as a stream's would be: not at all.
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    // oxlint-disable-next-line no-control-regex -- control characters are what tells binary data from text
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
