import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { TspinError } from '../../../src/errors.ts';
import { compareAsSpin, compareRoutes } from '../../../src/trigger/http/precedence.ts';
import { matchRoute, parseRoute, trimSlashes, type Route } from '../../../src/trigger/http/route.ts';

describe('a route that is not of the form', () => {
  const cases = [
    ['/users/:', 'the route "/users/:" has a : without a name'],
    ['/:.txt', 'the route "/:.txt" has a : without a name'],
    ['/*rest', 'the route "/*rest" gives its wildcard a name, "*rest"'],
    ['/*/edit', 'the route "/*/edit" has a wildcard before its end'],
    ['/*/...', 'the route "/*/..." has a wildcard before its end'],
    ['/:naïve', 'the route "/:naïve" has the name "naïve", which cannot be part of a header'],
    ['/:a b', 'the route "/:a b" has the name "a b", which cannot be part of a header'],
  ] as const;
  for (const [written, message] of cases) {
    test(`${written} is refused with its place and what to write`, () => {
      const at = { file: 'spin.toml', line: 9, column: 9, length: written.length + 2, text: `route = "${written}"` };
      assert.throws(
        () => parseRoute(written, at),
        (error: unknown) => {
          assert.ok(error instanceof TspinError);
          assert.deepEqual([error.code, error.message, error.at], ['invalid-route', message, at]);
          assert.equal(error.help.length, 1);
          return true;
        },
      );
    });
  }
});

test('a route is normalised as Spin does: a slash before it, none after it', () => {
  const normalised = (written: string) => parseRoute(written).normalised;
  assert.deepEqual(['/', '', 'foo', '/foo/', '/foo//', '/...', 'foo/*'].map(normalised), [
    '',
    '',
    '/foo',
    '/foo',
    '/foo/',
    '/...',
    '/foo/*',
  ]);
});

const word = fc.stringMatching(/^[ab]{1,2}$/);
const section = fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: word.map(name => `:${name}`) });
const separator = fc.constantFrom('/', '/', '.');
/** Routes in which no part is empty; see compareRoutes. */
const written = fc
  .tuple(fc.array(fc.tuple(section, separator), { maxLength: 3 }), fc.option(section), fc.constantFrom('', '', '/...'))
  .map(([parts, last, end]) => `/${parts.map(part => part.join('')).join('')}${last ?? 'a'}${end}`);
const route = fc
  .oneof({ weight: 9, arbitrary: written }, { weight: 1, arbitrary: fc.constantFrom('/', '/...') })
  .map(text => parseRoute(text));
const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', '/', '.', ':a'), { maxLength: 8 })
  .map(parts => trimSlashes(parts.join('')));

describe('the order of routes', () => {
  test('is the same from both sides', () => {
    fc.assert(fc.property(route, route, (a, b) => Math.sign(compareRoutes(a, b)) === -Math.sign(compareRoutes(b, a)) || a === b));
  });

  test('is transitive, between equals too', () => {
    fc.assert(
      fc.property(route, route, route, (a, b, c) => {
        const [first, second, third] = [a, b, c].toSorted(compareRoutes) as [Route, Route, Route];
        return compareRoutes(first, second) <= 0 && compareRoutes(second, third) <= 0 && compareRoutes(first, third) <= 0;
      }),
      { numRuns: 1_000 },
    );
  });

  test("is Spin's wherever two routes can take the same path", () => {
    let compared = 0;
    fc.assert(
      fc.property(route, route, fc.array(fill, { minLength: 6, maxLength: 6 }), (a, b, fills) => {
        const text = pathFor(a, fills);
        if (!matchRoute(a, text) || !matchRoute(b, text)) return;
        compared += 1;
        assert.equal(Math.sign(compareRoutes(a, b)), Math.sign(compareAsSpin(a, b)), `${a.written} and ${b.written} for ${text}`);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(compared > 100, `only ${compared} pairs had a path in common`);
  });
});

const fill = fc.constantFrom('a', 'b', 'ab', 'a.b', 'b.a');

/** A path that the route takes. */
function pathFor({ segments }: Route, fills: readonly string[]): string {
  const parts = segments.map((segment, index) => {
    if (segment.kind === 'literal') return segment.text;
    if (segment.kind === 'slash') return '/';
    return segment.kind === 'dot' ? '.' : (fills[index % fills.length] ?? '');
  });
  return parts.join('');
}

describe('matching', () => {
  test('a route without params and wildcard takes itself', () => {
    const literal = fc
      .array(fc.constantFrom('a', 'b', '/', '.', '%20', '-'), { maxLength: 10 })
      .map(parts => `/${parts.join('')}`);
    fc.assert(
      fc.property(
        literal.filter(text => !text.includes('//') && !text.endsWith('/...')),
        text => matchRoute(parseRoute(text), trimSlashes(text)) !== undefined,
      ),
      { numRuns: 500 },
    );
  });

  test('agrees with the obvious matcher', () => {
    fc.assert(
      fc.property(route, path, (one, text) => assert.deepEqual(matchRoute(one, text), reference(one, text))),
      { numRuns: 2_000 },
    );
  });
});

/** The same by a regular expression for each route, which is what the matcher must not do. */
function reference({ segments }: Route, text: string): ReturnType<typeof matchRoute> {
  const pattern = segments.map((segment, index) => {
    const next = segments[index + 1]?.kind;
    switch (segment.kind) {
      case 'literal':
        return RegExp.escape(segment.text);
      case 'param':
        return next === 'dot' ? '([^./]*)' : '(?!$)([^/]*)';
      case 'wildcard':
        return '(.*)';
      case 'slash':
        return next === 'wildcard' ? '(?:/|$)' : '/';
      default:
        return '\\.';
    }
  });
  const found = new RegExp(`^${pattern.join('')}$`).exec(text);
  if (!found) return undefined;
  const names = segments.flatMap(segment => (segment.kind === 'param' ? [segment.name] : []));
  return {
    params: names.map((name, index) => [name, found[index + 1] ?? '']),
    wildcard: segments.at(-1)?.kind === 'wildcard' ? found[names.length + 1] : undefined,
  };
}
