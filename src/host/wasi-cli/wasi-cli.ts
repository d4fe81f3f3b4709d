// The host interface wasi:cli 0.2 and 0.3 (spin-behaviour 3.10): the manifest's environment and nothing of the host's, no arguments,
// closed stdin, output for the log files, never a terminal.
import type { Implementation } from '../../wit/interface.ts';
import { provide, type HostInterface, type Invocation, type Provided } from '../interface.ts';
import type { OutputStream } from '../io/stream.ts';
import { FutureValue } from '../../wit/future-value.ts';
import { emptyStream } from '../../wit/list-stream.ts';
import { okay } from '../../wit/types.ts';
import { Exited } from '../../wit/trap.ts';
import { versions3 } from '../versions-3.ts';
import * as cli from './declarations.ts';
import { declareCli3 } from './declarations-3.ts';
import { printed } from './printed.ts';
import { closedInput, printingStream } from './stdio.ts';

export interface CliState {
  readonly invocation: Invocation;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

const provided = provide<CliState>();

const variables = ({ invocation: { component, command } }: CliState): [string, string][] =>
  command
    ? [...new Map([...component.environment, ...command.environment])]
    : component.environment.map(([name, value]) => [name, value]);

const commandArguments = ({ invocation }: CliState): string[] => [...(invocation.command?.arguments ?? [])];

const environment = provided(cli.cliEnvironment, {
  'get-environment': variables,
  'get-arguments': commandArguments,
  'initial-cwd': () => undefined,
});

const exits: Implementation<CliState, typeof cli.cliExit> = {
  exit: (state, status) => exitCommand(state, status.tag === 'ok' ? 'success' : 'failure', status.tag === 'ok'),
  'exit-with-code': (state, code) => exitCommand(state, `code ${code}`, code === 0),
};

/** Only a command may end itself, and only with success. */
function exitCommand({ invocation }: CliState, how: string, isSuccess: boolean): never {
  if (invocation.command && isSuccess) throw new Exited(`exited with ${how}`);
  return invocation.trap(`exited with ${how}`);
}

const exit = provided(cli.cliExit, exits);

const stdio: readonly Provided<CliState>[] = [
  provided(cli.cliStdin, { 'get-stdin': ({ invocation }) => invocation.command?.stdin ?? closedInput }),
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

function provideCli3(version: string): Provided<CliState>[] {
  const cli3 = declareCli3(version);
  return [
    provided(cli3.environment, {
      'get-environment': variables,
      'get-arguments': () => [],
      'get-initial-cwd': () => undefined,
    }),
    provided(cli3.exit, exits),
    provided(cli3.types, {}),
    provided(cli3.stdin, { 'read-via-stream': () => [emptyStream, FutureValue.of(okay)] }),
    provided(cli3.stdout, { 'write-via-stream': ({ stdout }, data) => printed(data, stdout) }),
    provided(cli3.stderr, { 'write-via-stream': ({ stderr }, data) => printed(data, stderr) }),
    provided(cli3.terminalInput, {}),
    provided(cli3.terminalOutput, {}),
    provided(cli3.terminalStdin, { 'get-terminal-stdin': () => undefined }),
    provided(cli3.terminalStdout, { 'get-terminal-stdout': () => undefined }),
    provided(cli3.terminalStderr, { 'get-terminal-stderr': () => undefined }),
  ];
}

export const wasiCli = (): HostInterface<CliState> => ({
  name: 'wasi-cli',
  provides: [environment, exit, ...stdio, ...terminals, ...versions3.flatMap(provideCli3)],
  configure: () => ({
    begin: invocation => ({
      invocation,
      stdout: invocation.command?.stdout ?? printingStream(invocation.output, invocation.component.id, 'stdout'),
      stderr: printingStream(invocation.output, invocation.component.id, 'stderr'),
    }),
  }),
});
