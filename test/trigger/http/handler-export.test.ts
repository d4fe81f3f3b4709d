// Which export answers requests (spin-behaviour 2.1): one of them, in the versions that Spin knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TspinError } from '../../../src/errors.ts';
import { findHandlerExport } from '../../../src/trigger/http/handler-export.ts';
import { parseInterfaceName } from '../../../src/wit/name.ts';

const find = (...names: readonly string[]) =>
  findHandlerExport({
    id: 'cart',
    at: undefined,
    exports: names.map(one => {
      const { name, version } = parseInterfaceName(one);
      return { interface: name, version };
    }),
  });

/** One of each generation. */
const served = [
  ['fermyon:spin/inbound-http', 'handle-request', 1],
  ['wasi:http/incoming-handler@0.2.6', 'handle', 2],
  ['wasi:http/handler@0.3.0-rc-2026-03-15', 'handle', 3],
  ['wasi:http/handler@0.3.0', 'handle', 3],
] as const;

for (const [name, functionName, generation] of served) {
  test(`${name} is found, whatever else is exported`, () => {
    const found = find('wasi:cli/run@0.2.6', name, 'fermyon:spin/inbound-redis');
    assert.deepEqual([found.interface, found.name, found.generation], [name, functionName, generation]);
  });
}

for (let patch = 0; patch <= 12; patch++) {
  test(`wasi:http/incoming-handler@0.2.${patch} is one`, () => {
    assert.equal(find(`wasi:http/incoming-handler@0.2.${patch}`).interface, `wasi:http/incoming-handler@0.2.${patch}`);
  });
}

const refused =
  (code: string, ...texts: readonly string[]) =>
  (error: unknown) => {
    assert(error instanceof TspinError);
    assert.equal(error.code, code);
    for (const text of texts) assert.ok(error.message.includes(text), `${text} in ${error.message}`);
    return true;
  };

test('a component without a handler is refused', () => {
  assert.throws(() => find(), refused('no-http-handler'));
  assert.throws(() => find('wasi:cli/run@0.2.6', 'wasi:http/types@0.2.6'), refused('no-http-handler'));
});

for (const [index, [first]] of served.entries()) {
  for (const [second] of served.slice(index + 1)) {
    test(`${first} and ${second} together are refused, both named`, () => {
      assert.throws(() => find(first, second), refused('no-http-handler', first, second));
    });
  }
}

test('all of them together are refused, each named', () => {
  const names = served.map(([name]) => name);
  assert.throws(() => find(...names), refused('no-http-handler', ...names));
});

for (const name of [
  'wasi:http/incoming-handler@0.2.0-rc-2023-11-10',
  'wasi:http/incoming-handler@0.2.0-rc-2023-10-18',
  'wasi:http/handler@0.3.0-rc-2026-01-06',
  'wasi:http/incoming-handler@0.4.0',
]) {
  test(`${name} is none that tspin calls`, () => {
    assert.throws(() => find(name), refused('export-not-served', name));
  });
}
