import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { parse } from 'smol-toml';

import { locateValues, type Position } from '../../src/manifest/locate.ts';

/** What is written at the value's place, found by path. */
function written(text: string, ...path: readonly string[]): string {
  const { start, end } = position(text, path).value;
  return text.slice(start, end);
}

function position(text: string, path: readonly string[]): Position {
  let found = locateValues(text);
  for (const key of path) {
    const child = found.children.get(key);
    assert.ok(child, `no position for ${key}`);
    found = child;
  }
  return found;
}

const cases: readonly [what: string, text: string, path: readonly string[], want: string][] = [
  ['a top-level value', 'a = 1 # one', ['a'], '1'],
  ['a value in a table', '[t]\na = "x"', ['t', 'a'], '"x"'],
  ['a value under a dotted header', '[t . "u v"]\na = true', ['t', 'u v', 'a'], 'true'],
  ['a value with a dotted key', "a.'b.c'.d = 1", ['a', 'b.c', 'd'], '1'],
  ['a quoted key with an escape', '"a\\tb" = 2', ['a\tb'], '2'],
  ['an element of an array', 'a = ["x", "y"]', ['a', '1'], '"y"'],
  ['an element of an array over several lines', 'a = [\n  1, # one\n\n  22,\n]', ['a', '1'], '22'],
  ['an element of a nested array', 'a = [[1], [2, 3]]', ['a', '1', '1'], '3'],
  ['a member of an inline table', 'a = { b = 1, c.d = "x" }', ['a', 'c', 'd'], '"x"'],
  ['a table in an array', 'a = [{ b = 1 }, { b = 2 }]', ['a', '1', 'b'], '2'],
  ['the second of an array of tables', '[[a]]\nb = 1\n[[a]]\nb = 2', ['a', '1', 'b'], '2'],
  ['a table below the last of an array of tables', '[[a]]\n[[a]]\n[a.c]\nb = 3', ['a', '1', 'c', 'b'], '3'],
  ['an array of tables in another', '[[a]]\n[[a.b]]\n[[a.b]]\nc = 1', ['a', '0', 'b', '1', 'c'], '1'],
  ['a multi-line string', 'a = """\nx = 1\n[no]\n"""\nb = 2', ['b'], '2'],
  ['a multi-line string that ends in quotes', 'a = """x"""""\nb = 2', ['a'], '"""x"""""'],
  ['a literal string with a bracket and a hash', "a = ['#]', '}']", ['a', '1'], "'}'"],
  ['a string with an escaped quote', 'a = "\\"#" # c', ['a'], '"\\"#"'],
  ['a date with a blank in it', 'a = 1979-05-27 07:32:00Z # then', ['a'], '1979-05-27 07:32:00Z'],
  ['a value after lines that end in CRLF', 'a = 1\r\nb = 2\r\n', ['b'], '2'],
  ['a whole inline table', 'a = { b = [1, 2] } # c', ['a'], '{ b = [1, 2] }'],
  ['a table by the last name of its header', '[a.b]\n', ['a', 'b'], 'b'],
];

for (const [what, text, path, want] of cases) {
  test(`finds ${what}`, () => {
    assert.equal(written(text, ...path), want);
  });
}

test('points at the key beside the value', () => {
  const text = 'first = 1\n"the key" = 2';
  const { start, end } = position(text, ['the key']).key;
  assert.equal(text.slice(start, end), '"the key"');
});

test('points at the header of a table that an earlier header implied', () => {
  const text = '[a.b]\n[a]\nc = 1';
  assert.equal(position(text, ['a']).value.start, text.lastIndexOf('[a]') + 1);
});

// The property: whatever the document, the text at each leaf's place is TOML for that leaf's value.
type Written = { readonly text: string; readonly tables: boolean };

const key = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/),
  fc.string({ maxLength: 6 }).map(name => JSON.stringify(name).replaceAll('\u007f', '\\u007F')),
  fc.stringMatching(/^[ #=.\][{}a"]{0,5}$/).map(name => `'${name}'`),
);
const blank = fc.constantFrom('', ' ', '\t', '  ');
const gap = fc.constantFrom('', ' ', '\n', '\r\n', ' # a, ] } "comment\n', '\n\n\t');
const scalar = fc.oneof(
  fc.integer().map(String),
  fc.boolean().map(String),
  fc.string({ maxLength: 8 }).map(text => JSON.stringify(text).replaceAll('\u007f', '\\u007F')),
  fc.constantFrom(
    "'#]'",
    '"""a\n"b" \\" ]"""',
    '""""q"""',
    "'''\n'x' }'''",
    '""',
    "''",
    '1.5e3',
    '0xff',
    '1979-05-27',
    '1979-05-27 07:32:00Z',
  ),
);

const { value } = fc.letrec<{ value: string; array: string; inline: string }>(tie => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar, tie('array'), tie('inline')),
  array: fc.tuple(fc.array(fc.tuple(gap, tie('value'), gap), { maxLength: 4 }), gap).map(([elements, end]) => {
    return `[${elements.map(([before, element, after]) => `${before}${element}${after}`).join(',')}${end}]`;
  }),
  inline: fc
    .tuple(fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => plainName(name) }), blank)
    .map(([members, space]) => {
      return `{${space}${members.map(([name, member]) => `${name}${space}=${space}${member}`).join(`${space},${space}`)}${space}}`;
    }),
}));

const plainName = (name: string): string => Object.keys(parse(`${name} = 0`))[0] ?? '';

const assignments = fc
  .uniqueArray(fc.tuple(key, blank, value, gap), { maxLength: 4, selector: ([name]) => plainName(name) })
  .map(lines =>
    lines
      .map(([name, space, member, after]) => `${space}${name}${space}=${space}${member}\n${after}`)
      .join('')
      .replace(/[^\n]$/, '$&\n'),
  );

const header = fc.tuple(fc.array(key, { minLength: 1, maxLength: 3 }), blank, fc.boolean());

const section = fc.tuple(header, assignments).map(([[path, space, tables], body]): Written => {
  const name = path.join(`${space}.${space}`);
  return { text: `${tables ? `[[${space}${name}${space}]]` : `[${space}${name}${space}]`}\n${body}`, tables };
});

const documentText = fc
  .tuple(assignments, fc.array(section, { maxLength: 4 }))
  .map(([top, sections]) => [top, ...sections.map(({ text }) => text)].join(''));

test('gives for every leaf of any document a place that reads as its value', () => {
  let documents = 0;
  fc.assert(
    fc.property(documentText, text => {
      // Random headers may define a table twice: such a text is no document.
      const parsed = tryParse(text);
      if (parsed === undefined) return;
      documents++;
      compare(text, parsed, locateValues(text));
    }),
    { numRuns: 600 },
  );
  assert.ok(documents > 300, `only ${documents} of the generated texts were documents`);
});

function tryParse(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function compare(text: string, want: unknown, { value: span, children }: Position): void {
  const isTable = typeof want === 'object' && want !== null && !(want instanceof Date);
  if (!isTable) {
    assert.deepEqual(parse(`v = ${text.slice(span.start, span.end)}`)['v'], want);
    return;
  }
  assert.deepEqual([...children.keys()].toSorted(), Object.keys(want).toSorted());
  for (const [name, child] of children) compare(text, (want as Record<string, unknown>)[name], child);
}
