import assert from 'node:assert/strict';
import { test } from 'node:test';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { assertGolden } from '../golden.ts';
import { recordContext } from './context.ts';

const program = { version: '0.0.0', commands, notServed: commandsNotServed };

/** Golden file, exit code, words, environment. */
const mistakes: readonly (readonly [string, number, readonly string[], Readonly<Record<string, string>>?])[] = [
  ['unknown-command', 2, ['biuld']],
  ['unknown-command-far', 2, ['xyzzy']],
  ['unknown-option-before-command', 2, ['--listen', '127.0.0.1:0', 'up']],
  ['command-not-served', 2, ['registry']],
  ['unknown-option', 2, ['up', '--lisen', '127.0.0.1:0']],
  ['unknown-option-far', 2, ['up', '--xyzzy']],
  ['unknown-option-short', 2, ['up', '-z']],
  ['option-not-served', 2, ['up', '--debug-info']],
  ['option-not-served-instead', 2, ['up', '--from-registry', 'ghcr.io/me/app:1']],
  ['option-not-served-short', 2, ['up', '-k']],
  ['option-needs-value', 2, ['up', '--listen']],
  ['option-needs-value-option', 2, ['up', '--from', '--quiet']],
  ['option-takes-no-value', 2, ['up', '--quiet=yes']],
  ['option-conflict', 2, ['up', '--quiet', '--follow', 'hello']],
  ['option-invalid-listen', 2, ['up', '--listen', '3000']],
  ['option-invalid-listen-port', 2, ['up', '--listen', '127.0.0.1:70000']],
  ['option-invalid-listen-env', 2, ['up'], { SPIN_HTTP_LISTEN_ADDR: 'localhost' }],
  ['option-missing-tls-key', 2, ['up', '--tls-cert', 'cert.pem']],
  ['option-missing-tls-cert', 2, ['up', '--tls-key', 'key.pem']],
  ['option-missing-tls-key-env', 2, ['up'], { SPIN_TLS_CERT: 'cert.pem' }],
  ['option-invalid-head-bytes', 2, ['up', '--http1-max-buf-size', '4096']],
  ['option-invalid-format', 2, ['up', '--format', 'yaml']],
  ['option-invalid-env', 2, ['up', '-e', 'GREETING']],
  ['option-invalid-env-key', 2, ['up', '-e', '=hello']],
  ['option-invalid-key-value', 2, ['up', '--key-value', 'greeting']],
  ['option-invalid-variable', 2, ['up', '--variable', 'greeting']],
  ['option-invalid-variable-key', 2, ['up', '--variable', '=hello']],
  ['option-invalid-variable-name', 2, ['up', '--variable', 'apiKey=x']],
  ['option-invalid-variable-name-odd', 2, ['up', '--variable', '1=x']],
  ['option-invalid-variable-path', 2, ['up', '--variable', 'greeting=@']],
  ['option-invalid-variable-file', 2, ['up', '--variable', '@values.yaml']],
  ['option-invalid-switch-env', 2, ['up'], { SPIN_ALWAYS_BUILD: 'perhaps' }],
  ['unexpected-argument', 2, ['up', 'hello.wasm']],
  ['unexpected-argument-option', 2, ['up', 'quiet']],
  ['unexpected-argument-new', 2, ['new', '-t', 'http-ts', 'http-rust', 'hello']],
  ['unexpected-argument-third', 2, ['new', 'http-rust', 'hello', 'again']],
  ['missing-argument-template', 2, ['new', 'hello']],
  ['missing-argument-name', 2, ['new', '-t', 'http-ts']],
  ['unknown-template', 1, ['new', '-t', 'http-tss', 'hello']],
  ['invalid-app-name', 1, ['new', '-t', 'http-empty', 'HelloWorld']],
  ['template-parameter', 1, ['new', '-t', 'http-ts', '-v', 'http-pth=/a', 'hello']],
  ['template-parameter-pattern', 1, ['new', '-t', 'http-ts', '-v', 'http-path=a b', 'hello']],
];

for (const [name, exitCode, words, env = {}] of mistakes) {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value} `);
  test(`\`${variables.join('')}tspin ${words.join(' ')}\` says what is wrong and exits with ${exitCode}`, async () => {
    const context = recordContext({ env });
    assert.equal(await run(program, words, context), exitCode);
    assert.equal(context.printed.stdout, '', 'nothing goes to stdout');
    assertGolden(`mistakes/cli/${name}.txt`, context.printed.stderr);
  });
}

test('a bug is shown with its stack and called a bug', async () => {
  const context = recordContext();
  const failing = {
    ...program,
    commands: commands.map(command => ({ ...command, load: () => Promise.reject(new TypeError('oops')) })),
  };
  assert.equal(await run(failing, ['up'], context), 1);
  assert.match(context.printed.stderr, /^TypeError: oops\n +at .*\n[^]*This is a bug in tspin, not in your app\./);
});
