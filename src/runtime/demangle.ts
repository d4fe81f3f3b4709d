// Names of functions as Rust's compiler writes them into a module, as their author wrote them.
import { demangledV0 } from './demangle-v0.ts';

const escapes: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/** `_ZN5probe6handle17h0123456789abcdefE` is `probe::handle`, and so is `_RNvCs79RonfD0sGA_5probe6handle`; names of another form stay as they are. */
export function demangled(name: string): string {
  const [, mangled] = /^_ZN(.+)E(?:\.llvm\.\d+)?$/.exec(name) ?? [];
  if (mangled === undefined) return demangledV0(name) ?? name;
  const parts: string[] = [];
  for (let rest = mangled; rest !== '';) {
    const [digits = ''] = /^\d+/.exec(rest) ?? [];
    const length = Number(digits);
    const part = rest.slice(digits.length, digits.length + length);
    if (length === 0 || part.length < length) return name;
    parts.push(part);
    rest = rest.slice(digits.length + length);
  }
  // The last part is a hash, which tells nothing.
  if (/^h[0-9a-f]{16}$/.test(parts.at(-1) ?? '')) parts.pop();
  return parts.map(readable).join('::');
}

function readable(part: string): string {
  return part
    .replace(/^_\$/, '$')
    .replaceAll('..', '::')
    .replaceAll(/\$u([0-9a-f]+)\$/g, (whole, code: string) => character(Number.parseInt(code, 16)) ?? whole)
    .replaceAll(/\$([A-Z]+)\$/g, (whole, code: string) => escapes[code] ?? whole);
}

/** Whoever makes a module chooses its names: a number may be no character, or one that moves a terminal's cursor. */
function character(code: number): string | undefined {
  const text = code <= 0x10_ffff ? String.fromCodePoint(code) : '';
  return /^\P{C}$/u.test(text) ? text : undefined;
}
