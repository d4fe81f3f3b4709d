// The commands of tspin in the order of the help, and those of Spin's that it does not have.
import type { Command } from './command.ts';
import { buildCommand } from './commands/build.ts';
import { newCommand } from './commands/new.ts';
import { upCommand } from './commands/up.ts';
import { watchCommand } from './commands/watch.ts';

export const commands: readonly Command[] = [newCommand, buildCommand, upCommand, watchCommand];

const useSpin = "the folder is an app of Spin's too: `spin` can do this on it";

/** By name and by alias. */
export const commandsNotServed: Readonly<Record<string, string>> = {
  add: 'add a [[trigger.http]] and a [component.<id>] to spin.toml by hand',
  a: 'add a [[trigger.http]] and a [component.<id>] to spin.toml by hand',
  doctor: '`tspin up` checks the manifest and the components before it serves',
  templates: '`tspin new --help` lists the templates in this package',
  template: '`tspin new --help` lists the templates in this package',
  registry: useSpin,
  oci: useSpin,
  deploy: useSpin,
  d: useSpin,
  login: useSpin,
  plugins: 'tspin has no plugins: it is a library too, see `import { loadApp } from "tspin"`',
  plugin: 'tspin has no plugins: it is a library too, see `import { loadApp } from "tspin"`',
  targets: useSpin,
  environments: useSpin,
  trigger: '`tspin up` serves the triggers of the app',
};
