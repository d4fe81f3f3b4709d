import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as cli from '../../../src/host/wasi-cli/declarations.ts';
import { wasiCli } from '../../../src/host/wasi-cli/wasi-cli.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { bootHost, StubTrap } from '../harness.ts';

test('gives the environment of the component, in order, and nothing of the host', async () => {
  const environment = [
    ['GREETING', 'hello'],
    ['EMPTY', ''],
  ] as const;
  const { functions } = await bootHost(wasiCli(), { components: [{ environment }] });
  assert.deepEqual(functions(cli.cliEnvironment)['get-environment'](), environment);
});

test('gives a copy of the environment, so that no invocation changes that of the next', async () => {
  const booted = await bootHost(wasiCli(), { components: [{ environment: [['A', '1']] }] });
  const environment = booted.functions(cli.cliEnvironment);
  const [pair] = environment['get-environment']();
  assert.ok(pair);
  pair[1] = 'changed';
  assert.deepEqual(environment['get-environment'](), [['A', '1']]);
});

test('gives no arguments and no current directory', async () => {
  const { functions } = await bootHost(wasiCli());
  assert.deepEqual(functions(cli.cliEnvironment)['get-arguments'](), []);
  assert.equal(functions(cli.cliEnvironment)['initial-cwd'](), undefined);
});

const exits = [
  ['success', okay],
  ['failure', err(undefined)],
] as const;

for (const [word, status] of exits) {
  test(`exit ends the invocation with a trap that says ${word}`, async () => {
    const { functions } = await bootHost(wasiCli());
    assert.throws(() => functions(cli.cliExit).exit(status), new StubTrap(`exited with ${word}`));
  });
}

test('exit-with-code ends the invocation with a trap that names the code', async () => {
  const { functions } = await bootHost(wasiCli());
  assert.throws(() => functions(cli.cliExit)['exit-with-code'](7), new StubTrap('exited with code 7'));
});

test('stdin is at its end, and a guest that waits for it is not kept', async () => {
  const { functions } = await bootHost(wasiCli());
  const stdin = functions(cli.cliStdin)['get-stdin']();
  assert.equal(stdin.pollable.ready(), true);
  assert.deepEqual(stdin.read(10), err({ tag: 'closed' }));
});

test('what a component prints arrives as bytes with its id and stream, in order', async () => {
  const { functions, printed } = await bootHost(wasiCli(), { components: [{ id: 'cart' }] });
  const stdout = functions(cli.cliStdout)['get-stdout']();
  const stderr = functions(cli.cliStderr)['get-stderr']();
  assert.deepEqual(stdout.write(Buffer.from('one')), okay);
  stderr.write(Buffer.from('two'));
  stdout.write(Buffer.from('three'));
  assert.deepEqual(printed, [
    { component: 'cart', stream: 'stdout', text: 'one' },
    { component: 'cart', stream: 'stderr', text: 'two' },
    { component: 'cart', stream: 'stdout', text: 'three' },
  ]);
});

test('stdout takes 1 MiB per write, needs no flush and is always ready', async () => {
  const { functions } = await bootHost(wasiCli());
  const stdout = functions(cli.cliStdout)['get-stdout']();
  assert.deepEqual(stdout.checkWrite(), ok(1024 * 1024));
  assert.deepEqual(stdout.flush(), okay);
  assert.equal(stdout.pollable.ready(), true);
});

test('a stream that a guest took while it was instantiated prints in later invocations too', async () => {
  const booted = await bootHost(wasiCli());
  const stdout = booted.functions(cli.cliStdout)['get-stdout']();
  booted.end();
  booted.begin();
  stdout.write(Buffer.from('later'));
  assert.deepEqual(booted.printed, [{ component: 'stub', stream: 'stdout', text: 'later' }]);
});

test('no standard stream is a terminal', async () => {
  const { functions } = await bootHost(wasiCli());
  assert.equal(functions(cli.cliTerminalStdin)['get-terminal-stdin'](), undefined);
  assert.equal(functions(cli.cliTerminalStdout)['get-terminal-stdout'](), undefined);
  assert.equal(functions(cli.cliTerminalStderr)['get-terminal-stderr'](), undefined);
});
