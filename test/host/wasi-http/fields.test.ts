import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Fields, fieldsBytesMax, FieldsTooLarge, isForbidden, type Entry } from '../../../src/host/wasi-http/fields.ts';
import { err, okay } from '../../../src/wit/types.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const invalid = err({ tag: 'invalid-syntax' });

function fieldsOf(entries: readonly Entry[]): Fields {
  const made = Fields.fromList(entries);
  assert(made.tag === 'ok');
  return made.val;
}

/** Two names in several writings, so that commands meet. */
const name = fc.constantFrom('a', 'A', 'x-b', 'X-B', 'X-b');
const value = fc.uint8Array({ maxLength: 4 }).map(bytes => bytes.map(byte => (byte % 95) + 32));
const command = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), name, values: fc.array(value, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('append' as const), name, values: fc.tuple(value) }),
  fc.record({ kind: fc.constant('delete' as const), name, values: fc.constant([]) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

function apply(fields: Fields, { kind, name: key, values }: Command): unknown {
  if (kind === 'set') return fields.set(key, values);
  return kind === 'append' ? fields.append(key, values[0]) : fields.delete(key);
}

/** The model: a plain list of entries. */
function applyToModel(entries: readonly Entry[], { kind, name: key, values }: Command): Entry[] {
  const lower = key.toLowerCase();
  const kept = kind === 'append' ? [...entries] : entries.filter(([one]) => one !== lower);
  return [...kept, ...values.map((one): Entry => [lower, one])];
}

test('fields behave as a list of entries under any changes, and a clone keeps what was', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 12 }), fc.array(command, { maxLength: 4 }), (commands, later) => {
      const fields = Fields.empty();
      let model: Entry[] = [];
      for (const one of commands) {
        assert.deepEqual(apply(fields, one), okay);
        model = applyToModel(model, one);
        assert.deepEqual(fields.entries, model);
      }
      for (const key of ['A', 'x-B']) {
        const expected = model.filter(([one]) => one === key.toLowerCase()).map(([, bytes]) => bytes);
        assert.deepEqual(fields.get(key), expected);
        assert.equal(fields.has(key), expected.length > 0);
      }
      const clone = fields.clone();
      for (const one of later) apply(clone, one);
      assert.deepEqual(fields.entries, model);
    }),
  );
});

test('a name is found in whatever case it is asked for and told in lower case', () => {
  const fields = fieldsOf([['X-Name', text('1')]]);
  assert.deepEqual(fields.entries, [['x-name', text('1')]]);
  assert.deepEqual(fields.get('x-NAME'), [text('1')]);
  assert.equal(fields.has('X-name'), true);
});

for (const bad of ['', 'a b', 'a:', 'a\n', 'ä', '\u212Aey', 'a\0']) {
  test(`${JSON.stringify(bad)} is no header name`, () => {
    assert.deepEqual(Fields.fromList([[bad, text('1')]]), invalid);
    assert.deepEqual(Fields.empty().set(bad, [text('1')]), invalid);
    assert.deepEqual(Fields.empty().append(bad, text('1')), invalid);
    assert.deepEqual(Fields.empty().delete(bad), invalid);
  });
}

test('a value holds tabs, visible ASCII and bytes above it, and no control character', () => {
  for (let byte = 0; byte < 256; byte++) {
    const allowed = byte === 9 || (byte >= 32 && byte !== 127);
    assert.deepEqual(Fields.empty().append('a', Uint8Array.of(97, byte)), allowed ? okay : invalid, `byte ${byte}`);
  }
});

test('a list with one wrong entry is refused', () => {
  const made = Fields.fromList([
    ['a', text('1')],
    ['b', text('1\r\nc: 2')],
  ]);
  assert.deepEqual(made, invalid);
});

test('a set with one wrong value changes nothing', () => {
  const fields = fieldsOf([['a', text('1')]]);
  assert.deepEqual(fields.set('a', [text('2'), text('\n')]), invalid);
  assert.deepEqual(fields.entries, [['a', text('1')]]);
});

for (const name of [
  'Connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'Transfer-Encoding',
  'upgrade',
  'Host',
  'http2-settings',
]) {
  test(`${name} belongs to the connection, not to the guest`, () => {
    const forbidden = err({ tag: 'forbidden' });
    assert.equal(isForbidden(name.toLowerCase()), true);
    assert.deepEqual(Fields.fromList([[name, text('x')]]), forbidden);
    assert.deepEqual(Fields.empty().set(name, [text('x')]), forbidden);
    assert.deepEqual(Fields.empty().append(name, text('x')), forbidden);
    assert.deepEqual(Fields.empty().delete(name), forbidden);
  });
}

test('received fields cannot be changed, their clone can', () => {
  const received = Fields.received([['host', text('x')]]);
  const immutable = err({ tag: 'immutable' });
  assert.deepEqual(received.set('a', []), immutable);
  assert.deepEqual(received.append('a', text('1')), immutable);
  assert.deepEqual(received.delete('host'), immutable);
  const clone = received.clone();
  assert.deepEqual(clone.append('a', text('1')), okay);
  assert.deepEqual(clone.entries, [
    ['host', text('x')],
    ['a', text('1')],
  ]);
  assert.equal(received.has('a'), false);
});

test('a frozen view cannot be changed', () => {
  assert.deepEqual(
    fieldsOf([['a', text('1')]])
      .frozen()
      .delete('a'),
    err({ tag: 'immutable' }),
  );
});

test('names and values together reach the limit and do not pass it', () => {
  const fields = Fields.empty();
  fields.append('ab', new Uint8Array(fieldsBytesMax - 4).fill(97));
  assert.deepEqual(fields.append('c', text('d')), okay);
  assert.throws(() => fields.append('e', new Uint8Array(0)), FieldsTooLarge);
});

test('what is removed no longer counts towards the limit', () => {
  const fields = Fields.empty();
  const half = new Uint8Array(fieldsBytesMax / 2).fill(97);
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(fields.set('a', [half]), okay);
    assert.deepEqual(fields.append('b', text('1')), okay);
    assert.deepEqual(fields.delete('b'), okay);
  }
});

test('a list or a clone over the limit is refused, received headers are not', () => {
  const large: Entry[] = [['a', new Uint8Array(fieldsBytesMax).fill(97)]];
  assert.throws(() => Fields.fromList(large), FieldsTooLarge);
  assert.throws(() => Fields.received(large).clone(), FieldsTooLarge);
});
