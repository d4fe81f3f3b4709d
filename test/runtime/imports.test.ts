import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TspinError, type SourceLocation } from '../../src/errors.ts';
import { checkImports, type ImportedInterface } from '../../src/runtime/imports.ts';
import { func, witInterface } from '../../src/wit/interface.ts';

const offered = [
  witInterface('wasi:io/poll', '0.2.12', { functions: { poll: func([]), '[method]pollable.ready': func([]) } }),
  witInterface('fermyon:spin/key-value', '2.0.0', { functions: { open: func([]) } }),
];

const unserved = new Set(['wasi:sockets/tcp@0.2']);

const importing = (name: string, version: string | undefined, functions: readonly string[] = []) => {
  const imported: ImportedInterface = { interface: name, version, functions };
  checkImports({ id: 'cart', at: undefined, imports: [imported] }, offered, unserved);
};

const refusal = (code: string, message: string, help: string) => (error: unknown) => {
  assert(error instanceof TspinError);
  assert.deepEqual({ code: error.code, message: error.message, help: error.help.join('\n') }, { code, message, help });
  return true;
};

test('takes what is offered, in older compatible versions too, and a component without imports', () => {
  importing('wasi:io/poll', '0.2.12', ['poll', '[method]pollable.ready']);
  importing('wasi:io/poll', '0.2.0', ['poll']);
  importing('fermyon:spin/key-value', '2.0.0');
  importing('wasi:sockets/tcp', '0.2.6', ['[method]tcp-socket.start-bind']);
  checkImports({ id: 'cart', at: undefined, imports: [] }, offered, unserved);
});

test('names the versions that are served of an interface that is asked for in another', () => {
  assert.throws(
    () => importing('wasi:io/poll', '0.3.0'),
    refusal(
      'import-not-served',
      'component "cart" imports wasi:io/poll@0.3.0, which tspin does not serve yet',
      'tspin serves version 0.2.12 and those compatible with it',
    ),
  );
});

test('says of what only Spin serves that Spin does', () => {
  assert.throws(
    () => importing('fermyon:spin/mysql', '2.0.0'),
    refusal(
      'import-not-served',
      'component "cart" imports fermyon:spin/mysql@2.0.0, which tspin does not serve yet',
      'build the component without it, or run the app with Spin',
    ),
  );
});

test('says what may have been meant by a misspelt interface of Spin’s', () => {
  assert.throws(
    () => importing('wasi:io/pol', undefined),
    refusal(
      'import-not-served',
      'component "cart" imports wasi:io/pol, which tspin does not serve yet',
      'did you mean wasi:io/poll?\nbuild the component without it, or run the app with Spin',
    ),
  );
});

test('tells how to bring an interface along that Spin has not either', () => {
  assert.throws(
    () => importing('acme:widgets/draw', '1.0.0'),
    refusal(
      'unknown-import',
      'component "cart" imports acme:widgets/draw@1.0.0, which no Spin version provides',
      'build it with a Spin SDK, or link what it imports into it beforehand, e.g. with wac plug',
    ),
  );
});

test('says what may have been meant by a misspelt package', () => {
  assert.throws(
    () => importing('wasy:io/poll', '0.2.0'),
    refusal(
      'unknown-import',
      'component "cart" imports wasy:io/poll@0.2.0, which no Spin version provides',
      'did you mean wasi:io/poll?',
    ),
  );
});

test('names a function that the interface has not, and the one that may have been meant', () => {
  assert.throws(
    () => importing('wasi:io/poll', '0.2.0', ['poll', 'pol']),
    refusal(
      'unknown-import',
      'component "cart" imports the function pol of wasi:io/poll@0.2.0, which has no such function',
      'did you mean poll?',
    ),
  );
});

test('lists the functions that there are when none is near', () => {
  assert.throws(
    () => importing('wasi:io/poll', '0.2.0', ['something-else']),
    refusal(
      'unknown-import',
      'component "cart" imports the function something-else of wasi:io/poll@0.2.0, which has no such function',
      'its functions are: poll, [method]pollable.ready',
    ),
  );
});

test('points at the place that names the component’s source', () => {
  const at: SourceLocation = { file: '/app/spin.toml', line: 3, column: 10, length: 8, text: 'source = "a.wasm"' };
  assert.throws(
    () =>
      checkImports({ id: 'cart', at, imports: [{ interface: 'a:b/c', version: undefined, functions: [] }] }, offered, unserved),
    (error: unknown) => error instanceof TspinError && error.at === at,
  );
});
