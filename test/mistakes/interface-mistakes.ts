// Mistakes in what a component imports and exports.
import { component, foreignComponent } from '../wasm/fixtures.ts';
import { appOf } from './app-files.ts';
import type { Mistake } from './mistake.ts';

/** A component that imports one function without parameters, of an interface like `wasi:random/random@0.2.0`. */
function importing(name: string, functionName: string): Promise<Uint8Array> {
  const [, packageName, interfaceName, version] = /^(.*)\/(.*?)(@.*)?$/.exec(name) ?? [];
  return component({
    wit: `package ${packageName}${version ?? ''};
      interface ${interfaceName} { ${functionName}: func(); }
      world guest { import ${interfaceName}; }`,
    world: 'guest',
    wat: `(module (import "${name}" "${functionName}" (func)))`,
  });
}

/** A component that exports interfaces of wasi:http, each with a function `handle`. */
function exporting(version: string, ...interfaces: readonly string[]): Promise<Uint8Array> {
  return component({
    wit: `package wasi:http@${version};
      ${interfaces.map(name => `interface ${name} { handle: func(); }`).join('\n')}
      world guest { ${interfaces.map(name => `export ${name};`).join(' ')} }`,
    world: 'guest',
    wat: `(module ${interfaces.map(name => `(func (export "wasi:http/${name}@${version}#handle"))`).join('\n')})`,
  });
}

/** A handler whose module traps as soon as it is there. */
const trapping = (): Promise<Uint8Array> =>
  component({
    wit: `package wasi:http@0.2.0;
      interface incoming-handler { handle: func(); }
      world guest { export incoming-handler; }`,
    world: 'guest',
    wat: '(module (func $initialize unreachable) (start $initialize) (func (export "wasi:http/incoming-handler@0.2.0#handle")))',
  });

const up = { argv: ['up'], exit: 1 } as const;

export const interfaceMistakes: readonly Mistake[] = [
  { ...up, name: 'a component imports an interface that no Spin has', files: appOf(await foreignComponent()) },
  {
    ...up,
    name: 'a component imports a misspelt interface',
    files: appOf(await importing('wasi:random/randm@0.2.0', 'get-random-u64')),
  },
  {
    ...up,
    name: 'a component imports an interface that is not served yet',
    files: appOf(await importing('wasi:otel/tracing@0.2.0-rc.2', 'outer-span-context')),
  },
  {
    ...up,
    name: 'a component imports a version that is not served yet',
    files: appOf(await importing('wasi:cli/environment@0.2.0-rc-2023-11-10', 'get-environment')),
  },
  {
    ...up,
    name: 'a component imports a function that its interface does not have',
    files: appOf(await importing('wasi:random/random@0.2.0', 'get-randm-u64')),
  },
  {
    ...up,
    name: 'a component exports two handlers',
    files: appOf(await exporting('0.2.3', 'incoming-handler', 'handler')),
  },
  {
    ...up,
    name: 'a component exports a handler that is not served yet',
    files: appOf(await exporting('0.2.0-rc-2023-11-10', 'incoming-handler')),
  },
  {
    ...up,
    name: 'a component traps while it starts',
    // It is sound until it is started.
    fillsCache: true,
    files: appOf(await trapping()),
  },
];
