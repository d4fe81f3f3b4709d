// An SQL process as the pool sees it: starts it, gives it one statement at a time, and ends it, also in the middle of a statement.
import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentWithCompileCache } from '../../util/compile-cache.ts';
import type { FromProcess, ToProcess } from './messages.ts';
import { memoryBytesMax, memorySignal } from './process-memory.ts';

/** How long a process that is to stop may take to close its files. */
const stopMs = 1_000;

export interface ProcessEvents {
  /** What the process says, `ready` first. */
  readonly said: (message: FromProcess) => void;
  /** It has ended, for this reason; nothing follows. */
  readonly ended: (reason: string) => void;
}

export class SqlProcess {
  /** Is it at work, or still starting? */
  busy = true;
  readonly #child: ChildProcess;
  readonly #ended = Promise.withResolvers<void>();
  #reason: string | undefined;

  constructor({ said, ended }: ProcessEvents) {
    // Beside this file, as TypeScript in the repository and as JavaScript in the package.
    const file = fileURLToPath(new URL(`./sql-child${extname(import.meta.url)}`, import.meta.url));
    this.#child = fork(file, [], {
      execPath: process.execPath,
      // Not the flags of this process. Node 24 warns of its SQLite, which was experimental then.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: environmentWithCompileCache(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let isOver = false;
    const over = (how: string): void => {
      if (isOver) return;
      isOver = true;
      this.#ended.resolve();
      ended(this.#reason ?? how);
    };
    this.#child.on('message', (message: FromProcess) => {
      if (isOver) return;
      this.#idle();
      said(message);
    });
    this.#child.once('error', error => over(`it did not start: ${error.message}`));
    this.#child.once('exit', (code, signal) => over(endOf(code, signal)));
    // Only a process that owes an answer keeps this one alive.
    this.#child.unref();
  }

  /** Asks for an answer: none may be owed. */
  ask(message: ToProcess): void {
    this.busy = true;
    this.#child.channel?.ref();
    this.tell(message);
  }

  tell(message: ToProcess): void {
    // One that cannot be sent is one to a process that has ended, which is heard of otherwise.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Ends it at once, whatever it does: SQLite rolls back what was not committed when the file is used next. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Lets it close its files. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const late = setTimeout(() => this.kill('it did not stop'), stopMs);
    this.#child.ref();
    await this.#ended.promise;
    clearTimeout(late);
  }

  #idle(): void {
    this.busy = false;
    this.#child.channel?.unref();
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === memorySignal) return `it took more than ${memoryBytesMax} bytes of memory`;
  return signal === null ? `it ended with code ${String(code)}` : `it was ended by ${signal}`;
}
