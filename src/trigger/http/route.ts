// A route of an HTTP trigger: its parts, what a path must be to fit it, and which of two routes is asked first.
// The grammar and the order are those of Spin's router, routefinder 0.5.4 (spin-behaviour 1.9).
import { TspinError, type SourceLocation } from '../../errors.ts';

export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `:name`: what is up to the next `/`, or up to the next `.` when a dot follows. Empty only before such a separator. */
  | { readonly kind: 'param'; readonly name: string }
  /** The rest of the path, last in its route. */
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'slash' }
  /** A dot after a param. */
  | { readonly kind: 'dot' };

export interface Route {
  /** As in the manifest. */
  readonly written: string;
  /** With a leading and without a trailing slash; `''` for `/`. */
  readonly normalised: string;
  /** `normalised` without a trailing `/...`, or `/` when nothing is left: what the start-up lines show. */
  readonly prefix: string;
  /** Ends in `/...` (or `/*`): the start-up lines say `(wildcard)`. */
  readonly isWildcard: boolean;
  readonly segments: readonly Segment[];
}

/** What a path gave to a route's params and wildcard. */
export interface Captures {
  /** In the route's order, raw. */
  readonly params: readonly (readonly [name: string, value: string])[];
  /** Without the slash before it; undefined when the route has no wildcard. */
  readonly wildcard: string | undefined;
}

/** Throws TspinError `invalid-route` with the place. */
export function parseRoute(written: string, at?: SourceLocation): Route {
  const absolute = written.startsWith('/') ? written : `/${written}`;
  const normalised = absolute.endsWith('/') ? absolute.slice(0, -1) : absolute;
  const wildcard = ['/...', '/*'].find(suffix => normalised.endsWith(suffix));
  const prefix = wildcard === undefined ? normalised : normalised.slice(0, -wildcard.length);
  const refuse = (what: string, help: string): TspinError =>
    new TspinError('invalid-route', `the route ${JSON.stringify(written)} ${what}`, { at, help });
  const segments = parseSegments(trimSlashes(wildcard === undefined ? normalised : `${prefix}/*`), refuse);
  return { written, normalised, prefix: prefix === '' ? '/' : prefix, isWildcard: wildcard !== undefined, segments };
}

type Refuse = (what: string, help: string) => TspinError;

function parseSegments(text: string, refuse: Refuse): Segment[] {
  const segments: Segment[] = [];
  // A slash counts when something follows it: several are as good as one.
  let slash = false;
  const flushSlash = (): void => {
    if (slash) segments.push({ kind: 'slash' });
    slash = false;
  };
  for (const [index, part] of text.split(/([/.])/).entries()) {
    const isSeparator = index % 2 === 1;
    if (isSeparator && part === '/') slash = true;
    else if (isSeparator) {
      flushSlash();
      addDot(segments);
    } else if (part !== '') {
      flushSlash();
      segments.push(parsePart(part, refuse));
    }
  }
  if (segments.slice(0, -1).some(({ kind }) => kind === 'wildcard')) {
    throw refuse(
      'has a wildcard before its end',
      'a wildcard takes the rest of the path: put it last, or use a :name for one segment',
    );
  }
  return segments;
}

/**
 * A dot after a param separates; any other one belongs to a literal. Spin takes a dot at a part's beginning for a
 * separator too: then `/.well-known/x` or `/...` has precedence, whichever comes later in the manifest, and `/a/.b`
 * never takes `/a/.b`.
 */
function addDot(segments: Segment[]): void {
  const last = segments.at(-1);
  if (last?.kind === 'param') segments.push({ kind: 'dot' });
  else if (last?.kind === 'literal') segments[segments.length - 1] = { kind: 'literal', text: `${last.text}.` };
  else segments.push({ kind: 'literal', text: '.' });
}

function parsePart(part: string, refuse: Refuse): Segment {
  if (part === '*') return { kind: 'wildcard' };
  if (part.startsWith('*'))
    throw refuse(
      `gives its wildcard a name, ${JSON.stringify(part)}`,
      'write `...` at the end: the path after it is in spin-path-info',
    );
  if (part === ':') throw refuse('has a : without a name', 'write a name after it, as in /users/:id');
  if (part.startsWith(':')) return parseParam(part.slice(1), refuse);
  return { kind: 'literal', text: part };
}

function parseParam(name: string, refuse: Refuse): Segment {
  // Under Spin such a route is accepted and each of its requests fails.
  if (!headerToken.test(name))
    throw refuse(`has the name ${JSON.stringify(name)}, which cannot be part of a header`, 'use letters, digits, - and _');
  return { kind: 'param', name };
}

/** The guest gets the value in the header `spin-path-match-<name>`. */
const headerToken = /^[!#$%&'*+\-^_`|~0-9A-Za-z]+$/;

/**
 * Undefined when the path does not fit. One pass, nothing is tried twice.
 * @param path raw, without query and without the slashes at both ends (`trimSlashes`).
 */
export function matchRoute({ segments }: Route, path: string): Captures | undefined {
  const params: [string, string][] = [];
  let position = 0;
  for (let index = 0; index < segments.length; index++) {
    // The loop's bound says that it is there.
    const segment = segments[index] as Segment;
    if (segment.kind === 'wildcard') return { params, wildcard: path.slice(position) };
    const end = endOf(segment, segments[index + 1], path, position);
    if (end === undefined) return undefined;
    if (segment.kind === 'param') params.push([segment.name, path.slice(position, end)]);
    position = end;
  }
  return position === path.length ? { params, wildcard: undefined } : undefined;
}

/** Where the part of the text ends that fits the segment. */
function endOf(segment: Segment, next: Segment | undefined, text: string, start: number): number | undefined {
  switch (segment.kind) {
    case 'literal':
      return text.startsWith(segment.text, start) ? start + segment.text.length : undefined;
    case 'param':
      return endOfParam(next, text, start);
    case 'slash':
      if (text[start] === '/') return start + 1;
      // `/foo/...` takes `/foo` as well.
      return next?.kind === 'wildcard' && start === text.length ? start : undefined;
    default:
      return text[start] === '.' ? start + 1 : undefined;
  }
}

function endOfParam(next: Segment | undefined, text: string, start: number): number | undefined {
  if (start === text.length) return undefined;
  const slash = text.indexOf('/', start);
  const end = slash < 0 ? text.length : slash;
  if (next?.kind !== 'dot') return end;
  const dot = text.indexOf('.', start);
  return dot >= 0 && dot < end ? dot : undefined;
}

/** Without the slashes at both ends. */
export function trimSlashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === '/') start += 1;
  while (end > start && text[end - 1] === '/') end -= 1;
  return text.slice(start, end);
}
