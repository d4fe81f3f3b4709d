// The text of --help, 80 columns wide.
import type { Command, Flag } from './command.ts';

const columns = 80;
const indent = 2;
/** Where the explanations begin; an option longer than this gets a line of its own. */
const aboutColumn = 32;

export function programHelp(commands: readonly Command[], version: string): string {
  return lines([
    `tspin ${version}: runs Spin applications on Node`,
    '',
    'Usage: tspin <COMMAND> [OPTIONS]',
    '',
    'Commands:',
    ...commands.flatMap(({ name, alias, about }) => row(alias === '' ? name : `${name}, ${alias}`, about)),
    '',
    'Options:',
    ...row('-h, --help', 'Show this help, or that of a command'),
    ...row('-V, --version', 'Show the version'),
    '',
    'A first app:',
    '  tspin new -t http-ts hello && cd hello && tspin build && tspin up',
  ]);
}

export function groupHelp({ about, name, usage, subcommands = [] }: Command): string {
  return lines([
    about,
    '',
    `Usage: tspin ${name} ${usage}`,
    '',
    'Commands:',
    ...subcommands.flatMap(command => row(command.name.slice(name.length + 1), command.about)),
    '',
    `\`tspin ${name} <COMMAND> --help\` shows the options of one.`,
  ]);
}

export function commandHelp(command: Command): string {
  return lines([
    command.about,
    '',
    `Usage: tspin ${command.name} ${command.usage}`.trimEnd(),
    '',
    ...command.details.flatMap(text => (text.startsWith(' ') ? [text] : wrap(text, columns))),
    ...(command.details.length > 0 ? [''] : []),
    'Options:',
    ...flagRows(command),
    ...row('-h, --help', 'Show this help'),
  ]);
}

function flagRows({ flags, shown }: Command): string[] {
  return Object.entries(flags)
    .filter(([name]) => shown?.includes(name) ?? true)
    .flatMap(([name, flag]) => row(flagSyntax(name, flag), flagAbout(flag)));
}

function flagSyntax(name: string, { short, placeholder, kind }: Flag): string {
  const names = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  return `${names}${placeholder === undefined ? '' : ` <${placeholder}>`}${kind === 'list' ? '...' : ''}`;
}

const flagAbout = ({ about, env }: Flag): string => (env === undefined ? about : `${about} [env: ${env}]`);

function row(syntax: string, about: string): string[] {
  const texts = wrap(about, columns - aboutColumn);
  const lead = `${' '.repeat(indent)}${syntax}`;
  const hasRoom = lead.length + 2 <= aboutColumn;
  const first = hasRoom ? `${lead.padEnd(aboutColumn)}${texts.shift() ?? ''}` : lead;
  return [first, ...texts.map(text => `${' '.repeat(aboutColumn)}${text}`)];
}

/** Breaks at spaces; a word longer than a line stays whole. */
export function wrap(text: string, width: number): string[] {
  const wrapped: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...wrapped, line];
}

const lines = (parts: readonly string[]): string => `${parts.join('\n')}\n`;
