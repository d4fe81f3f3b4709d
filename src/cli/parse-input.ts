// Command line -> Input, by the command's table of flags. node:util takes the words apart; the rules and messages are here.
import { parseArgs } from 'node:util';

import { TspinError } from '../errors.ts';
import { suggest } from '../util/suggest.ts';
import type { Command, Flag, Flags, Input, NotServed } from './command.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Found = Map<string, readonly string[]>;

/** One word of the command line as node:util sees it. */
type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** Throws TspinError with exit code 2 for whatever the command does not take. */
export function parseInput(command: Command, words: readonly string[], env: Env): Input {
  const { own, rest } = splitRest(command, words);
  const found: Found = new Map();
  const positionals: string[] = [];
  for (const token of tokensOf(command, own)) {
    if (token.kind === 'option') addOption(command, token, found);
    else if (token.kind === 'positional') positionals.push(token.value);
  }
  const extra = positionals[command.arguments.length];
  if (extra !== undefined) throw unexpectedArgument(command, extra);
  refuseConflicts(command.flags, found);
  return { flags: valuesOf(command.flags, found, env), arguments: positionals, rest };
}

/** Takes off what follows a flag with `takesRest`: those words are another command's. */
function splitRest(command: Command, words: readonly string[]): { own: readonly string[]; rest: readonly string[] } {
  for (const token of tokensOf(command, words)) {
    if (token.kind !== 'option') continue;
    const name = flagNamed(command.flags, token);
    if (name === undefined || !command.flags[name]?.takesRest) continue;
    return { own: words.slice(0, token.index + 1), rest: words.slice(token.index + 1) };
  }
  return { own: words, rest: [] };
}

function tokensOf(command: Command, words: readonly string[]): readonly Token[] {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {};
  for (const [name, flag] of Object.entries(command.flags)) {
    const type = flag.kind === 'switch' ? 'boolean' : 'string';
    options[name] = flag.short === undefined ? { type } : { type, short: flag.short };
    for (const alias of flag.aliases ?? []) options[alias] = { type };
  }
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function addOption(command: Command, token: OptionToken, found: Found): void {
  const name = flagNamed(command.flags, token);
  const flag = name === undefined ? undefined : command.flags[name];
  if (name === undefined || !flag) throw unknownOption(command, token);
  const before = found.get(name) ?? [];
  if (flag.kind === 'switch') {
    if (token.value !== undefined) throw takesNoValue(token);
    found.set(name, [...before, '']);
    return;
  }
  // A value that looks like an option is one only when it was joined on with "=".
  const isAnotherOption = !token.inlineValue && token.value !== undefined && /^-[^\d]/.test(token.value);
  if (token.value === undefined || isAnotherOption) throw needsValue(token, flag);
  found.set(name, [...before, token.value]);
}

function flagNamed(flags: Flags, token: OptionToken): string | undefined {
  const match = Object.entries(flags).find(([name, { aliases }]) => name === token.name || aliases?.includes(token.name));
  return match?.[0];
}

function valuesOf(flags: Flags, found: Found, env: Env): Input['flags'] {
  const values: Record<string, boolean | string | readonly string[] | undefined> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const given = found.get(name);
    if (flag.kind === 'list') values[name] = given ?? [fromEnv(flag, env) ?? []].flat();
    else if (flag.kind === 'switch') values[name] = given !== undefined || switchFromEnv(flag, env);
    else values[name] = given?.at(-1) ?? fromEnv(flag, env);
  }
  return values;
}

/** An empty variable counts as unset, as in Spin. */
const fromEnv = (flag: Flag, env: Env): string | undefined => (flag.env && env[flag.env] ? env[flag.env] : undefined);

function switchFromEnv(flag: Flag, env: Env): boolean {
  const value = fromEnv(flag, env);
  if (value === undefined) return false;
  const word = value.toLowerCase();
  if (['1', 'true', 'yes', 'on', 'y', 't'].includes(word)) return true;
  if (['0', 'false', 'no', 'off', 'n', 'f'].includes(word)) return false;
  throw new TspinError('option-invalid-value', `the environment variable ${flag.env} is "${value}", neither true nor false`, {
    help: `write ${flag.env}=true or ${flag.env}=false, or unset it`,
  });
}

function refuseConflicts(flags: Flags, found: Found): void {
  for (const name of found.keys()) {
    const other = flags[name]?.conflicts?.find(conflict => found.has(conflict));
    if (other !== undefined) {
      throw new TspinError('option-conflict', `--${name} and --${other} cannot be used together`, {
        help: 'leave one of them out',
      });
    }
  }
}

function unknownOption(command: Command, token: OptionToken): TspinError {
  const refused = notServed(command, token);
  if (refused) {
    const help = refused.instead ?? 'leave it out, or run the app with Spin';
    return new TspinError('option-not-served', `tspin does not have Spin's option ${token.rawName} yet`, { help });
  }
  const names = Object.entries(command.flags).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  const near = token.name.length > 1 ? suggest(token.name, names) : undefined;
  return new TspinError('unknown-option', `\`tspin ${command.name}\` has no option ${token.rawName}`, {
    help: near === undefined ? `\`tspin ${command.name} --help\` lists the options` : `did you mean --${near}?`,
  });
}

function notServed(command: Command, token: OptionToken): NotServed | undefined {
  return Object.entries(command.notServed).find(([name, { short }]) => name === token.name || short === token.name)?.[1];
}

const takesNoValue = (token: OptionToken): TspinError =>
  new TspinError('option-takes-no-value', `${token.rawName} takes no value, and got "${token.value}"`, {
    help: `write ${token.rawName} alone`,
  });

function needsValue(token: OptionToken, flag: Flag): TspinError {
  const found = token.value === undefined ? 'nothing follows it' : `"${token.value}", another option, follows it`;
  return new TspinError('option-needs-value', `${token.rawName} needs a value <${flag.placeholder}>: ${found}`, {
    help: `for example: ${token.rawName} ${flag.example}`,
  });
}

function unexpectedArgument(command: Command, extra: string): TspinError {
  const near = extra in command.flags ? extra : suggest(extra, Object.keys(command.flags));
  return new TspinError('unexpected-argument', `\`tspin ${command.name}\` does not take the argument "${extra}"`, {
    help: near === undefined ? `usage: tspin ${command.name} ${command.usage}` : `did you mean --${near}?`,
  });
}
