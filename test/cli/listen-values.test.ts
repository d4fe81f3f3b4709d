import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upCommand, type upFlags } from '../../src/cli/commands/up.ts';
import type { Input } from '../../src/cli/command.ts';
import { listenOptions } from '../../src/cli/listen-values.ts';
import { parseInput } from '../../src/cli/parse-input.ts';
import type { ListenOptions } from '../../src/index.ts';

const parsed = (words: readonly string[], env: Readonly<Record<string, string>> = {}): ListenOptions =>
  listenOptions((parseInput(upCommand, words, env) as unknown as Input<typeof upFlags>).flags);

test('without options it is the address of Spin', () => {
  assert.deepEqual(parsed([]), { host: '127.0.0.1', port: 3000, findFreePort: false });
});

test('the options, and their variables', () => {
  const words = [
    '--listen',
    '[::1]:80',
    '--find-free-port',
    '--tls-cert',
    'c.pem',
    '--tls-key',
    'k.pem',
    '--http1-max-buf-size',
    '8192',
  ];
  const wanted = { host: '::1', port: 80, findFreePort: true, tls: { cert: 'c.pem', key: 'k.pem' }, headBytesMax: 8192 };
  assert.deepEqual(parsed(words), wanted);
  const env = {
    SPIN_HTTP_LISTEN_ADDR: '[::1]:80',
    SPIN_TLS_CERT: 'c.pem',
    SPIN_TLS_KEY: 'k.pem',
    SPIN_HTTP1_MAX_BUF_SIZE: '8192',
  };
  assert.deepEqual(parsed(['--find-free-port'], env), wanted);
});

test('one of certificate and key on the command line, the other in the environment', () => {
  assert.deepEqual(parsed(['--tls-key', 'k.pem'], { SPIN_TLS_CERT: 'c.pem' }).tls, { cert: 'c.pem', key: 'k.pem' });
});
