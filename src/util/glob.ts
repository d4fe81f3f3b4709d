// Glob patterns with the grammar of Rust's `glob` crate, which Spin uses: `?`, `*`, `**` as a whole segment, `[a-z]`, `[!a-z]`.
// There are no braces, a leading dot is nothing special, and case counts. Text only: never touches the disk.

/** A pattern that is not one. The message says why. */
export class GlobSyntaxError extends Error {}

/** Whether a text has characters that mean something in a pattern. */
export const looksLikeGlob = (text: string): boolean => /[*?[\]]/.test(text);

/**
 * A test for whole paths, in which wildcards cross `/`: `static/x/*` matches everything below `static/x`.
 * @throws GlobSyntaxError
 */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const expression = compile(pattern);
  return path => expression.test(path);
}

/** One segment of a pattern, for walking a tree of folders. */
export type GlobSegment =
  | { readonly kind: 'literal'; readonly name: string }
  | { readonly kind: 'wildcard'; readonly matches: (name: string) => boolean }
  /** `**`: any number of folders. */
  | { readonly kind: 'recursive' };

/**
 * The segments of a pattern, in which wildcards stay inside one segment.
 * @throws GlobSyntaxError
 */
export function globSegments(pattern: string): readonly GlobSegment[] {
  // Checks `**` in its surroundings, which a single segment does not show.
  compile(pattern);
  return pattern
    .split('/')
    .filter(segment => segment !== '')
    .map(segment => {
      if (segment === '**') return { kind: 'recursive' };
      return looksLikeGlob(segment) ? { kind: 'wildcard', matches: pathMatcher(segment) } : { kind: 'literal', name: segment };
    });
}

function compile(pattern: string): RegExp {
  let expression = '';
  for (let at = 0; at < pattern.length;) {
    const [token = ''] = /^(?:\*+|\[(?:![^]|[^!])[^\]]*\]|[^])/u.exec(pattern.slice(at)) ?? [];
    if (token.startsWith('*')) {
      const { source, length } = wildcard(pattern, at, token);
      expression += source;
      at += length;
      continue;
    }
    if (token === '[') throw new GlobSyntaxError('a [ has no ] after its characters');
    expression += token === '?' ? '[^]' : token.startsWith('[') ? characterClass(token) : escape(token);
    at += token.length;
  }
  return new RegExp(`^${expression}$`, 'u');
}

function wildcard(pattern: string, at: number, stars: string): { readonly source: string; readonly length: number } {
  if (stars.length > 2) throw new GlobSyntaxError('wildcards are either * or **');
  if (stars.length === 1) return { source: '[^]*', length: 1 };
  const isSegment = (at === 0 || pattern[at - 1] === '/') && (at + 2 === pattern.length || pattern[at + 2] === '/');
  if (!isSegment) throw new GlobSyntaxError('** stands alone between slashes');
  return at + 2 === pattern.length ? { source: '[^]*', length: 2 } : { source: '(?:[^]*/)?', length: 3 };
}

/** `[abc]`, `[a-z]`, `[!abc]`; a `]` right after the opening belongs to the class. */
function characterClass(token: string): string {
  const negated = token.startsWith('[!');
  const characters = token.slice(negated ? 2 : 1, -1);
  const source = characters.replaceAll(/([^])-([^])|([^])/gu, (_, from?: string, to?: string, single?: string) => {
    if (single !== undefined) return escape(single);
    if (from === undefined || to === undefined) return '';
    // A range that runs backwards matches nothing, as in Rust.
    return (from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0) ? '' : `${escape(from)}-${escape(to)}`;
  });
  return `[${negated ? '^' : ''}${source}]`;
}

/** A code point escape means the same inside and outside a class. */
const escape = (character: string): string =>
  /[\w ]/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
