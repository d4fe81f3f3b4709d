// wasi:cli 0.2: what a component sees of a process, as WIT values.
import { func, witInterface } from '../../wit/interface.ts';
import { list, option, own, resource, result, string, tuple, u8 } from '../../wit/types.ts';
import { inputStreamResource, outputStreamResource } from '../io/stream.ts';

const version = '0.2.12';

export const cliEnvironment = witInterface('wasi:cli/environment', version, {
  functions: {
    'get-environment': func([], list(tuple(string, string))),
    'get-arguments': func([], list(string)),
    'initial-cwd': func([], option(string)),
  },
});

export const cliExit = witInterface('wasi:cli/exit', version, {
  functions: { exit: func([['status', result(null, null)]]), 'exit-with-code': func([['status-code', u8]]) },
});

export const cliStdin = witInterface('wasi:cli/stdin', version, {
  functions: { 'get-stdin': func([], own(inputStreamResource)) },
});

export const cliStdout = witInterface('wasi:cli/stdout', version, {
  functions: { 'get-stdout': func([], own(outputStreamResource)) },
});

export const cliStderr = witInterface('wasi:cli/stderr', version, {
  functions: { 'get-stderr': func([], own(outputStreamResource)) },
});

// No guest is ever given a terminal, so their host objects have no type.
const terminalInput = resource<never>('terminal-input');
const terminalOutput = resource<never>('terminal-output');

export const cliTerminalInput = witInterface('wasi:cli/terminal-input', version, { resources: [terminalInput], functions: {} });

export const cliTerminalOutput = witInterface('wasi:cli/terminal-output', version, {
  resources: [terminalOutput],
  functions: {},
});

export const cliTerminalStdin = witInterface('wasi:cli/terminal-stdin', version, {
  functions: { 'get-terminal-stdin': func([], option(own(terminalInput))) },
});

export const cliTerminalStdout = witInterface('wasi:cli/terminal-stdout', version, {
  functions: { 'get-terminal-stdout': func([], option(own(terminalOutput))) },
});

export const cliTerminalStderr = witInterface('wasi:cli/terminal-stderr', version, {
  functions: { 'get-terminal-stderr': func([], option(own(terminalOutput))) },
});
