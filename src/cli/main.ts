// The process's entry: the only file that touches argv, the environment and the exit.
import { readFileSync } from 'node:fs';

import { keepCode } from '../util/keep-code.ts';
import { guestStackFrames } from '../util/stack-frames.ts';
import type { SpareThread } from '../workers/spare-thread.ts';
import { commands, commandsNotServed } from './commands.ts';
import { run } from './run.ts';
import { Terminal } from './terminal.ts';

/** Runs the command of this process and ends it. `spareThread`: what the launcher has started ahead. */
export async function main(spareThread?: SpareThread): Promise<never> {
  const { stdin, stdout, stderr } = process;
  // With --dev and watch, guests run in this thread.
  Error.stackTraceLimit = guestStackFrames;
  // A reader that went away (`tspin up | head -1`) must not end the server: what is written to it is lost, no more.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const terminal = new Terminal({ stdout, stderr, env: process.env });
  process.on('uncaughtException', error => {
    terminal.error(error);
    process.exit(1);
  });
  const code = await run({ version: version(), commands, notServed: commandsNotServed }, process.argv.slice(2), {
    terminal,
    cwd: process.cwd(),
    env: process.env,
    signals: process,
    ask: terminal.isWatched && stdin.isTTY ? ask : undefined,
    spareThread,
  });
  if (code === 0) keepCode();
  // Ends the process although something may be left open: a stray handle of a guest must not keep a stopped tspin alive.
  process.exit(code);
}

async function ask(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: stdin, output: stderr });
  // Ctrl-C and Ctrl-D at a question close it without an answer: they end the command.
  const leave = (): never => {
    stderr.write('\n');
    process.exit(130);
  };
  prompt.once('close', leave);
  try {
    return await prompt.question(question);
  } finally {
    prompt.removeListener('close', leave).close();
  }
}

/** The package's own package.json lies two folders up, in the repository as in the package. */
function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
