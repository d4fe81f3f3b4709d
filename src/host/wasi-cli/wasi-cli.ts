// The host interface wasi:cli 0.2 (spin-behaviour 3.10): the manifest's environment and nothing of the host's, no arguments,
// closed stdin, output for the log files, never a terminal.
import { provide, type HostInterface, type Invocation, type Provided } from '../interface.ts';
import type { OutputStream } from '../io/stream.ts';
import * as cli from './declarations.ts';
import { closedInput, printingStream } from './stdio.ts';

export interface CliState {
  readonly invocation: Invocation;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

const provided = provide<CliState>();

const environment = provided(cli.cliEnvironment, {
  'get-environment': ({ invocation }) => invocation.component.environment.map(([name, value]) => [name, value]),
  'get-arguments': () => [],
  'initial-cwd': () => undefined,
});

const exit = provided(cli.cliExit, {
  exit: ({ invocation }, status) => invocation.trap(`exited with ${status.tag === 'ok' ? 'success' : 'failure'}`),
  'exit-with-code': ({ invocation }, code) => invocation.trap(`exited with code ${code}`),
});

const stdio: readonly Provided<CliState>[] = [
  provided(cli.cliStdin, { 'get-stdin': () => closedInput }),
  provided(cli.cliStdout, { 'get-stdout': ({ stdout }) => stdout }),
  provided(cli.cliStderr, { 'get-stderr': ({ stderr }) => stderr }),
];

const terminals: readonly Provided<CliState>[] = [
  provided(cli.cliTerminalInput, {}),
  provided(cli.cliTerminalOutput, {}),
  provided(cli.cliTerminalStdin, { 'get-terminal-stdin': () => undefined }),
  provided(cli.cliTerminalStdout, { 'get-terminal-stdout': () => undefined }),
  provided(cli.cliTerminalStderr, { 'get-terminal-stderr': () => undefined }),
];

export const wasiCli = (): HostInterface<CliState> => ({
  name: 'wasi-cli',
  provides: [environment, exit, ...stdio, ...terminals],
  configure: () => ({
    begin: invocation => ({
      invocation,
      stdout: printingStream(invocation.output, invocation.component.id, 'stdout'),
      stderr: printingStream(invocation.output, invocation.component.id, 'stderr'),
    }),
  }),
});
