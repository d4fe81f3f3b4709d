// Interfaces that some Spin version gives to its guests and tspin does not serve yet (spin-behaviour 3.1). A guest may import
// them, as every guest does whose SDK imports its whole world, and is ended when it calls one.
import { interfaceKey, parseInterfaceName } from '../wit/name.ts';

const sockets3 = ['ip-name-lookup', 'types'];
const wasi3: readonly (readonly [string, readonly string[]])[] = [
  [
    'cli',
    [
      'environment',
      'exit',
      'stderr',
      'stdin',
      'stdout',
      'types',
      'terminal-input',
      'terminal-output',
      'terminal-stdin',
      'terminal-stdout',
      'terminal-stderr',
    ],
  ],
  ['clocks', ['monotonic-clock', 'system-clock', 'timezone', 'types']],
  ['filesystem', ['types', 'preopens']],
  ['http', ['types', 'client', 'handler']],
  ['random', ['random', 'insecure', 'insecure-seed']],
  ['sockets', sockets3],
];

const names: readonly string[] = ['0.3.0', '0.3.0-rc-2026-03-15'].flatMap(version =>
  wasi3.flatMap(([pkg, interfaces]) => interfaces.map(name => `wasi:${pkg}/${name}@${version}`)),
);

/** Their keys (`wasi:sockets/tcp@0.2`): compatible versions share one. */
export function unservedKeys(): ReadonlySet<string> {
  return new Set(
    names.map(written => {
      const { name, version } = parseInterfaceName(written);
      return interfaceKey(name, version);
    }),
  );
}
