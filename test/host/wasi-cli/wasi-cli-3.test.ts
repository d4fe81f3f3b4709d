// wasi:cli 0.3 alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declareCli3 } from '../../../src/host/wasi-cli/declarations-3.ts';
import { wasiCli } from '../../../src/host/wasi-cli/wasi-cli.ts';
import { versions3 } from '../../../src/host/versions-3.ts';
import { err, okay } from '../../../src/wit/types.ts';
import { GuestStream } from '../../wit/guest-stream.ts';
import { bootHost, StubTrap } from '../harness.ts';
import { sameInterface } from '../same-interface.ts';

for (const version of versions3) {
  test(`a guest prints as it writes and learns when all was taken, with ${version}`, async () => {
    const host = wasiCli();
    const { functions, printed } = await bootHost(host);
    const declared = declareCli3(version);
    const out = new GuestStream().write('one\n');
    const end = functions(sameInterface(host, declared.stdout))['write-via-stream'](out);
    assert.deepEqual(printed, [{ component: 'stub', stream: 'stdout', text: 'one\n' }]);
    out.write('two\n');
    assert.equal(end.settled, undefined);
    out.close();
    assert.deepEqual(end.settled, { value: okay });
    functions(sameInterface(host, declared.stderr))['write-via-stream'](new GuestStream().write('three\n').close());
    assert.deepEqual(
      printed.map(({ stream, text }) => `${stream} ${text}`),
      ['stdout one\n', 'stdout two\n', 'stderr three\n'],
    );
  });

  test(`standard input is empty, there is no terminal, and an exit ends the guest, with ${version}`, async () => {
    const host = wasiCli();
    const { functions } = await bootHost(host, { components: [{ environment: [['A', '1']] }] });
    const declared = declareCli3(version);
    const environment = functions(sameInterface(host, declared.environment));
    assert.deepEqual(environment['get-environment'](), [['A', '1']]);
    assert.deepEqual([environment['get-arguments'](), environment['get-initial-cwd']()], [[], undefined]);
    const [input, end] = functions(sameInterface(host, declared.stdin))['read-via-stream']();
    assert.deepEqual([input.ended, input.read(1), end.settled], [true, undefined, { value: okay }]);
    assert.equal(functions(sameInterface(host, declared.terminalStdout))['get-terminal-stdout'](), undefined);
    const { exit } = functions(sameInterface(host, declared.exit));
    assert.throws(() => exit(err(undefined)), new StubTrap('exited with failure'));
  });
}
