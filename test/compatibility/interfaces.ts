// Every interface that a Spin host links for its guests, in every version (spin-behaviour 3.1), and what tspin makes of an import of it.
import { hostInterfaces } from '../../src/host/registry.ts';
import { checkImports } from '../../src/runtime/imports.ts';
import { unservedKeys } from '../../src/runtime/unserved.ts';
import { interfaceKey, parseInterfaceName } from '../../src/wit/name.ts';
import { refusal, type Row } from './row.ts';

const wasi2: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'environment',
    'exit',
    'stderr',
    'stdin',
    'stdout',
    'terminal-input',
    'terminal-output',
    'terminal-stdin',
    'terminal-stdout',
    'terminal-stderr',
  ],
  clocks: ['monotonic-clock', 'wall-clock'],
  filesystem: ['types', 'preopens'],
  http: ['types', 'outgoing-handler'],
  io: ['error', 'poll', 'streams'],
  random: ['random', 'insecure', 'insecure-seed'],
  sockets: ['instance-network', 'ip-name-lookup', 'network', 'tcp', 'tcp-create-socket', 'udp', 'udp-create-socket'],
};
const wasi3: Readonly<Record<string, readonly string[]>> = {
  cli: [
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
  clocks: ['monotonic-clock', 'system-clock', 'types'],
  filesystem: ['types', 'preopens'],
  http: ['types', 'client'],
  random: ['random', 'insecure', 'insecure-seed'],
  sockets: ['ip-name-lookup', 'types'],
};

const named = (list: Readonly<Record<string, readonly string[]>>, version: string): string[] =>
  Object.entries(list).flatMap(([pkg, interfaces]) => interfaces.map(name => `wasi:${pkg}/${name}@${version}`));

export const spinInterfaces: readonly string[] = [
  ...[
    'config',
    'http',
    'http-types',
    'key-value',
    'llm',
    'mysql',
    'postgres',
    'rdbms-types',
    'redis',
    'redis-types',
    'sqlite',
  ].map(name => `fermyon:spin/${name}`),
  ...['key-value', 'llm', 'mqtt', 'mysql', 'postgres', 'rdbms-types', 'redis', 'sqlite', 'variables'].map(
    name => `fermyon:spin/${name}@2.0.0`,
  ),
  ...['key-value', 'variables', 'redis', 'mqtt', 'mysql'].map(name => `spin:${name}/${name}@3.0.0`),
  'spin:sqlite/sqlite@3.1.0',
  'spin:postgres/postgres@3.0.0',
  'spin:postgres/postgres@4.2.0',
  ...['store', 'batch', 'atomics'].map(name => `wasi:keyvalue/${name}@0.2.0-draft2`),
  'wasi:config/store@0.2.0-draft-2024-09-27',
  ...named(wasi2, '0.2.12'),
  ...named(wasi3, '0.3.0'),
  ...named(wasi3, '0.3.0-rc-2026-03-15'),
  'wasi:http/types@0.2.0-rc-2023-10-18',
  'wasi:http/types@0.2.0-rc-2023-11-10',
  'wasi:otel/tracing@0.2.0-rc.2',
  'wasi:otel/metrics@0.2.0-rc.2',
  'wasi:otel/logs@0.2.0-rc.2',
];

const differences = '[differences.md](differences.md)';

/** What guests are told where a server, or an engine, would be needed: test/apps/servers.test.ts shows it. */
const unconnected: Readonly<Record<string, string>> = {
  redis: '`other("tspin does not serve Redis yet (address …)")`',
  mysql: '`connection-failed("tspin does not serve MySQL yet (address …)")`',
  postgres: '`connection-failed("tspin does not serve PostgreSQL yet (address …)")`',
  mqtt: 'publishing answers `connection-failed("tspin does not serve MQTT yet (address …)")`',
  llm: '`runtime-error("Local LLM operations are not supported in this version of Spin.")`, as Spin without `[llm_compute]`',
};

function differs(name: string, version: string | undefined): string | undefined {
  const [, family = ''] = /^(?:fermyon:)?spin:?\S*\/(\w+)$/.exec(name) ?? [];
  const said = Object.hasOwn(unconnected, family) ? unconnected[family] : undefined;
  if (said === undefined) return undefined;
  const isBare = family === 'redis' && version === undefined;
  return `no connection is made: ${isBare ? '`error`, and a warning for the user' : said}; ${differences}`;
}

export function interfaceRows(): Row[] {
  const offered = hostInterfaces().flatMap(host => host.provides.map(({ wit }) => wit));
  const unserved = unservedKeys();
  return spinInterfaces.map(subject => {
    const { name, version } = parseInterfaceName(subject);
    const imported = { interface: name, version, functions: [] };
    const said = refusal(() => checkImports({ id: 'hello', at: undefined, imports: [imported] }, offered, unserved));
    if (said !== undefined) return { subject, status: 'refused', note: said };
    const isServed = offered.some(wit => interfaceKey(wit.name, wit.version) === interfaceKey(name, version));
    const note = differs(name, version);
    if (isServed) return { subject, status: note === undefined ? 'served' : 'differs', note: note ?? '' };
    return { subject, status: 'refused', note: `may be imported; a call ends the guest: tspin does not serve ${subject} yet` };
  });
}

/** What tspin offers or links and the list above does not have: the list has to be completed then. */
export function interfacesNotListed(): string[] {
  const listed = new Set(spinInterfaces.map(one => keyOf(one)));
  const offered = hostInterfaces().flatMap(host => host.provides.map(({ wit }) => interfaceKey(wit.name, wit.version)));
  return offered.filter(key => !listed.has(key));
}

function keyOf(text: string): string {
  const { name, version } = parseInterfaceName(text);
  return interfaceKey(name, version);
}
