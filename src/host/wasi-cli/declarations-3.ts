// wasi:cli 0.3, as WIT values.
import { func, witInterface } from '../../wit/interface.ts';
import { byteStream, enumeration, future, list, option, own, resource, result, string, tuple, u8 } from '../../wit/types.ts';

export function declareCli3(version: string) {
  const errorCode = enumeration('error-code', ['io', 'illegal-byte-sequence', 'pipe']);
  const end = future(result(null, errorCode));
  const write = { 'write-via-stream': func([['data', byteStream]], end) };
  // No guest is ever given a terminal, so their host objects have no type.
  const terminalInput = resource<never>('terminal-input');
  const terminalOutput = resource<never>('terminal-output');
  const output = option(own(terminalOutput));
  return {
    environment: witInterface('wasi:cli/environment', version, {
      functions: {
        'get-environment': func([], list(tuple(string, string))),
        'get-arguments': func([], list(string)),
        'get-initial-cwd': func([], option(string)),
      },
    }),
    exit: witInterface('wasi:cli/exit', version, {
      functions: { exit: func([['status', result(null, null)]]), 'exit-with-code': func([['status-code', u8]]) },
    }),
    types: witInterface('wasi:cli/types', version, { types: [errorCode], functions: {} }),
    stdin: witInterface('wasi:cli/stdin', version, { functions: { 'read-via-stream': func([], tuple(byteStream, end)) } }),
    stdout: witInterface('wasi:cli/stdout', version, { functions: write }),
    stderr: witInterface('wasi:cli/stderr', version, { functions: write }),
    terminalInput: witInterface('wasi:cli/terminal-input', version, { resources: [terminalInput], functions: {} }),
    terminalOutput: witInterface('wasi:cli/terminal-output', version, { resources: [terminalOutput], functions: {} }),
    terminalStdin: witInterface('wasi:cli/terminal-stdin', version, {
      functions: { 'get-terminal-stdin': func([], option(own(terminalInput))) },
    }),
    terminalStdout: witInterface('wasi:cli/terminal-stdout', version, { functions: { 'get-terminal-stdout': func([], output) } }),
    terminalStderr: witInterface('wasi:cli/terminal-stderr', version, { functions: { 'get-terminal-stderr': func([], output) } }),
  };
}
