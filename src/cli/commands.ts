// The commands of tspin in the order of the help, and those of Spin's that it does not have.
import type { Command } from './command.ts';
import { addCommand } from './commands/add.ts';
import { buildCommand } from './commands/build.ts';
import { doctorCommand } from './commands/doctor.ts';
import { newCommand } from './commands/new.ts';
import { templatesCommand } from './commands/templates.ts';
import { upCommand } from './commands/up.ts';
import { watchCommand } from './commands/watch.ts';

export const commands: readonly Command[] = [
  newCommand,
  addCommand,
  templatesCommand,
  buildCommand,
  upCommand,
  watchCommand,
  doctorCommand,
];

const useSpin = "the folder is an app of Spin's too: `spin` can do this on it";

/** By name and by alias. */
export const commandsNotServed: Readonly<Record<string, string>> = {
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
