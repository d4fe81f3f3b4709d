// argv -> a command -> its exit code. Everything that can go wrong is printed here, once.
import { TspinError } from '../errors.ts';
import { suggest } from '../util/suggest.ts';
import type { Command, Context } from './command.ts';
import { commandHelp, groupHelp, programHelp } from './help.ts';
import { parseInput } from './parse-input.ts';

export interface Program {
  readonly version: string;
  readonly commands: readonly Command[];
  /** Spin's commands that tspin does not have, with what to do instead. */
  readonly notServed: Readonly<Record<string, string>>;
}

/** `words` are the arguments after `tspin`. Resolves to the process's exit code; never rejects. */
export async function run(program: Program, words: readonly string[], context: Context): Promise<number> {
  try {
    return await dispatch(program, words, context);
  } catch (error) {
    context.terminal.error(error);
    return error instanceof TspinError ? error.exitCode : 1;
  }
}

async function dispatch(program: Program, words: readonly string[], context: Context): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined) {
    context.terminal.talk(programHelp(program.commands, program.version).trimEnd());
    return 2;
  }
  if (first === '-V' || first === '--version') return print(context, `tspin ${program.version}`);
  if (first === '-h' || first === '--help') return print(context, programHelp(program.commands, program.version));
  if (first === 'help') return dispatch(program, [rest[0] ?? '--help', ...(rest[0] === undefined ? [] : ['--help'])], context);

  const command = commandNamed(program, first);
  if (command.subcommands) return dispatchSub(command, program, rest, context);
  const [own, other] = ownWords(command, rest);
  if (asksFor(own, ['-h', '--help'])) return print(context, commandHelp(command));
  if (asksFor(own, ['-V', '--version'])) return print(context, `tspin ${program.version}`);
  if (other && asksFor(other.words, ['-h', '--help'])) return print(context, commandHelp(commandNamed(program, other.command)));
  const action = await command.load();
  return action(parseInput(command, rest, context.env), context);
}

/** The second word of `tspin templates list`. */
function dispatchSub(group: Command, program: Program, words: readonly string[], context: Context): Promise<number> {
  const commands = group.subcommands ?? [];
  const [second, ...rest] = words;
  if (second === undefined) {
    context.terminal.talk(groupHelp(group).trimEnd());
    return Promise.resolve(2);
  }
  if (second === '-h' || second === '--help') return Promise.resolve(print(context, groupHelp(group)));
  const found = commands.find(({ name }) => name === `${group.name} ${second}`);
  if (found) return dispatch({ ...program, commands, notServed: {} }, [found.name, ...rest], context);
  const names = commands.map(({ name }) => name.slice(group.name.length + 1));
  const near = suggest(second, names);
  throw new TspinError('unknown-command', `\`tspin ${group.name}\` has no command "${second}"`, {
    help: near === undefined ? `its commands are: ${names.join(', ')}` : `did you mean \`tspin ${group.name} ${near}\`?`,
  });
}

function print(context: Context, text: string): number {
  context.terminal.result(text.trimEnd());
  return 0;
}

function commandNamed(program: Program, word: string): Command {
  const found = program.commands.find(({ name, alias }) => name === word || (alias !== '' && alias === word));
  if (found) return found;
  const instead = program.notServed[word];
  if (instead !== undefined) {
    throw new TspinError('command-not-served', `tspin does not have Spin's command "${word}" yet`, { help: instead });
  }
  const near = suggest(
    word,
    program.commands.map(({ name }) => name),
  );
  if (word.startsWith('-')) {
    throw new TspinError('unknown-command', `tspin has no option "${word}" of its own`, {
      help: `the command comes first, for example: tspin up ${word}`,
    });
  }
  throw new TspinError('unknown-command', `tspin has no command "${word}"`, {
    help: near === undefined ? '`tspin --help` lists the commands' : `did you mean \`tspin ${near}\`?`,
  });
}

interface OtherWords {
  /** Name of the command that the words belong to. */
  readonly command: string;
  readonly words: readonly string[];
}

/** The words of the command itself, and those after a flag like `--up`, which are another command's. */
function ownWords(command: Command, words: readonly string[]): readonly [readonly string[], OtherWords | undefined] {
  for (const [name, { short, takesRest }] of Object.entries(command.flags)) {
    const at = words.findIndex(word => word === `--${name}` || (short !== undefined && word === `-${short}`));
    if (takesRest !== undefined && at >= 0) return [words.slice(0, at), { command: takesRest, words: words.slice(at + 1) }];
  }
  return [words, undefined];
}

function asksFor(words: readonly string[], wanted: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).some(word => wanted.includes(word));
}
