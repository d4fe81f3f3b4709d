// One process that transpiles one component and ends: started for its job, or ahead of it.
import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { environmentWithCompileCache } from '../util/compile-cache.ts';
import { aheadWord, type TranspileAnswer, type TranspileJob, type TranspileQuestion } from './transpile-job.ts';

/** What is kept of the process's error output. */
const errorOutputMax = 4000;

/** It has nothing to do any more but to end, and does so in a moment. */
const endMs = 10_000;

export interface JobEnd {
  readonly answer: TranspileAnswer | undefined;
  /** Without an answer: how the process ended, as the second half of a sentence. */
  readonly end: string;
}

export class TranspileProcess {
  readonly isAhead: boolean;
  readonly #child: ChildProcess;
  readonly #done = Promise.withResolvers<JobEnd>();
  #bytes: Uint8Array | undefined;
  #output = '';
  #answer: TranspileAnswer | undefined;

  private constructor(isAhead: boolean) {
    this.isAhead = isAhead;
    this.#child = forkChild(isAhead);
    this.#listen();
  }

  static start(): TranspileProcess {
    return new TranspileProcess(false);
  }

  /** It loads its code and waits for its job, and does not keep this process from ending. */
  static startAhead(): TranspileProcess {
    const started = new TranspileProcess(true);
    started.#keepsAwake(false);
    return started;
  }

  /** Resolves when it has ended or answered. */
  get ended(): Promise<unknown> {
    return this.#done.promise;
  }

  /** Once. `bytes`: what the job's source has. Resolves when it has answered, or ended without an answer. */
  run(bytes: Uint8Array, job: TranspileJob): Promise<JobEnd> {
    this.#bytes = bytes;
    this.#keepsAwake(true);
    this.#child.send(job, () => undefined);
    return this.#done.promise;
  }

  /** Now. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #listen(): void {
    const child = this.#child;
    child.on('message', message => this.#take(message as TranspileAnswer | TranspileQuestion));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-errorOutputMax);
    });
    child.once('error', error => this.#done.resolve({ answer: undefined, end: `did not start: ${error.message}` }));
    child.once('close', (code, signal) => {
      if (this.#answer) return this.#done.resolve({ answer: this.#answer, end: '' });
      const how = signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`;
      const output = this.#output.trim();
      this.#done.resolve({ answer: undefined, end: output === '' ? how : `${how}: ${output}` });
    });
    // A process that ends early closes its input: how it ended tells more than the failed write.
    child.stdin?.on('error', () => undefined);
  }

  #take(message: TranspileAnswer | TranspileQuestion): void {
    if (message.kind === 'needs-bytes') return void this.#child.stdin?.end(this.#bytes);
    this.#bytes = undefined;
    this.#answer = message;
    // It is left to end by itself: node writes what it compiled into its cache then.
    const late = setTimeout(() => this.kill(), endMs).unref();
    this.#child.once('close', () => clearTimeout(late));
    // Whoever waits for one that was started for its job may end right after it, and is to leave no process behind.
    if (!this.isAhead) return;
    this.#keepsAwake(false);
    this.#done.resolve({ answer: message, end: '' });
  }

  #keepsAwake(isAwake: boolean): void {
    const { channel, stdin, stderr } = this.#child;
    const handles = [this.#child, channel, stdin, stderr] as (Awake | Readable | Writable | null | undefined)[];
    for (const handle of handles) {
      if (!handle || !('unref' in handle)) continue;
      if (isAwake) handle.ref();
      else handle.unref();
    }
  }
}

/** Keeps the process from ending, or does not. Pipes are sockets and do so too, which their types do not say. */
interface Awake {
  ref(): void;
  unref(): void;
}

function forkChild(isAhead: boolean): ChildProcess {
  // Beside this file, as TypeScript in the repository and as JavaScript in the package.
  const file = fileURLToPath(new URL(`./transpile-child${extname(import.meta.url)}`, import.meta.url));
  // A warm start loads no module for it.
  const { fork } = process.getBuiltinModule('node:child_process');
  return fork(file, isAhead ? [aheadWord] : [], {
    execPath: process.execPath,
    // Flags of this process (a debugger's, a test runner's) are not for the child.
    execArgv: [],
    env: environmentWithCompileCache(),
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
  });
}
