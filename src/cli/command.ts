// What a command is: data (its flags, its help) and an action whose code is loaded when the command runs.
import type { SpareThread } from '../workers/spare-thread.ts';
import type { Terminal } from './terminal.ts';

/** One option. The table's key is its long name: `{ 'log-dir': { ... } }` is `--log-dir`. */
export interface Flag {
  /** `switch` takes no value; `list` may be given more than once. */
  readonly kind: 'switch' | 'value' | 'list';
  readonly short?: string;
  /** Other long names, not shown in the help. */
  readonly aliases?: readonly string[];
  /** The environment variable that counts when the option is not given. */
  readonly env?: string;
  /** What the value is, as the help shows it: `DIR`. */
  readonly placeholder?: string;
  /** One value that works, for the message about a missing or a wrong one. */
  readonly example?: string;
  readonly about: string;
  /** Long names of options that exclude this one. */
  readonly conflicts?: readonly string[];
  /** All arguments after it belong to the command of this name. */
  readonly takesRest?: string;
}

export type Flags = Readonly<Record<string, Flag>>;

interface FlagValues {
  readonly switch: boolean;
  readonly value: string | undefined;
  readonly list: readonly string[];
}

/** What was given on the command line, in the types of the flags. */
export interface Input<F extends Flags = Flags> {
  readonly flags: { readonly [Name in keyof F]: FlagValues[F[Name]['kind']] };
  readonly arguments: readonly string[];
  /** The arguments after a flag with `takesRest`. */
  readonly rest: readonly string[];
}

/** What the process gives to an action. Only main.ts makes one of the real process. */
export interface Context {
  readonly terminal: Terminal;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where SIGINT and SIGTERM are heard: the process. */
  readonly signals: SignalSource;
  /** Asks the user for a line; undefined when there is no terminal to ask on. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** A thread for the first worker, which was started before the command was read. */
  readonly spareThread?: SpareThread | undefined;
}

export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  removeListener(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** Resolves to the exit code. */
export type Action<F extends Flags = Flags> = (input: Input<F>, context: Context) => Promise<number>;

export interface Command {
  readonly name: string;
  readonly alias: string;
  /** One line for the list of commands. */
  readonly about: string;
  /** After the command's name in the usage line. */
  readonly usage: string;
  readonly details: readonly string[];
  readonly flags: Flags;
  /** Names of the flags that the help shows; undefined: all. */
  readonly shown?: readonly string[];
  /** Names of the positional arguments: at most so many are taken. */
  readonly arguments: readonly string[];
  /** Options of Spin's that tspin knows of and does not have, by long name. */
  readonly notServed: Readonly<Record<string, NotServed>>;
  readonly load: () => Promise<Action>;
  /** Commands of its own, each named by both words: `templates list`. The command itself does nothing then. */
  readonly subcommands?: readonly Command[];
}

export interface NotServed {
  readonly short?: string;
  /** What can be done today instead. */
  readonly instead?: string;
}

/** Ties the action's input to the command's flags, checked by the types. */
export function defineCommand<const F extends Flags>(
  command: Omit<Command, 'flags' | 'load'> & { readonly flags: F; readonly load: () => Promise<Action<F>> },
): Command {
  return { ...command, load: async () => (await command.load()) as Action };
}
