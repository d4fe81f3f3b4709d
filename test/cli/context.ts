// A Context of the command line that records what is printed, for tests.
import { EventEmitter } from 'node:events';
import { join } from 'node:path';

import type { Context } from '../../src/cli/command.ts';
import { Terminal } from '../../src/cli/terminal.ts';

export interface RecordedContext extends Context {
  /** Everything printed so far. */
  readonly printed: { readonly stdout: string; readonly stderr: string };
  /** Sends a signal, as the system does. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

export interface ContextOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  /** Answers to the questions, in order. */
  readonly answers?: readonly string[];
  /** Told after each write. */
  readonly onPrint?: (all: { stdout: string; stderr: string }) => void;
}

export function recordContext(options: ContextOptions = {}): RecordedContext {
  const { cwd = import.meta.dirname, isTTY = false, answers, onPrint } = options;
  // The templates that are installed on this machine are no part of a test.
  const env = { SPIN_DATA_DIR: join(import.meta.dirname, 'nothing-here'), ...options.env };
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    columns: 80,
    write: (chunk: string | Uint8Array) => {
      printed[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      onPrint?.(printed);
    },
  });
  const signals = new EventEmitter();
  const left = [...(answers ?? [])];
  return {
    terminal: new Terminal({ stdout: stream('stdout'), stderr: stream('stderr'), env }),
    cwd,
    env,
    signals,
    ask: answers && (question => Promise.resolve(answer(question, left))),
    printed,
    kill: signal => signals.emit(signal),
  };
}

function answer(question: string, left: string[]): string {
  const next = left.shift();
  if (next === undefined) throw new Error(`nothing was expected to be asked: ${question}`);
  return next;
}
