// Has a component transpiled in a process that ends: jco takes up to 265 MB and some seconds, which a serving process must not.
import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TspinError } from '../errors.ts';
import { componentError, invalidComponent } from './source.ts';
import type { ComponentRequest } from './source.ts';
import type { TranspileAnswer, TranspileJob, TranspiledComponent } from './transpile-job.ts';

/** The largest component measured (Python, 37 MB) takes 1.3 s; this is for a slow machine under load. */
const transpileDeadlineMs = 120_000;

/** What is kept of the process's error output. */
const errorOutputMax = 4000;

export interface TranspileLimits {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
}

/** Transpiles `bytes` into `job.directory`. Throws TspinError, or the signal's reason. */
export async function transpileComponent(
  request: ComponentRequest,
  bytes: Uint8Array,
  job: TranspileJob,
  { signal, deadlineMs = transpileDeadlineMs }: TranspileLimits = {},
): Promise<TranspiledComponent> {
  signal?.throwIfAborted();
  const child = startChild();
  const stop = (): void => void child.kill('SIGKILL');
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    stop();
  }, deadlineMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const { answer, end } = await runJob(child, bytes, job);
    signal?.throwIfAborted();
    if (late) throw failed(request, `it took longer than ${deadlineMs / 1000} s and was ended`);
    if (answer === undefined) throw failed(request, `the process that does it ${end}`);
    if (answer.kind === 'refused') throw invalidComponent(request, answer.reason);
    if (answer.kind === 'failed') throw failed(request, answer.reason);
    return answer.component;
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

function startChild(): ChildProcess {
  // Beside this file, as TypeScript in the repository and as JavaScript in the package.
  const file = fileURLToPath(new URL(`./transpile-child${extname(import.meta.url)}`, import.meta.url));
  // Flags of this process (a debugger's, a test runner's) are not for the child.
  // A warm start loads no module for it.
  const { fork } = process.getBuiltinModule('node:child_process');
  return fork(file, [], { execPath: process.execPath, execArgv: [], stdio: ['pipe', 'ignore', 'pipe', 'ipc'] });
}

interface JobEnd {
  readonly answer: TranspileAnswer | undefined;
  /** How the process ended, as the second half of a sentence. */
  readonly end: string;
}

/** Resolves when the process has ended and its output is read. */
function runJob(child: ChildProcess, bytes: Uint8Array, job: TranspileJob): Promise<JobEnd> {
  const { promise, resolve } = Promise.withResolvers<JobEnd>();
  let answer: TranspileAnswer | undefined;
  let output = '';
  child.once('message', message => {
    answer = message as TranspileAnswer;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-errorOutputMax);
  });
  child.once('error', error => resolve({ answer: undefined, end: `did not start: ${error.message}` }));
  child.once('close', (code, signal) => {
    const how = signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`;
    resolve({ answer, end: output.trim() === '' ? how : `${how}: ${output.trim()}` });
  });
  // A process that ends early closes its input: how it ended tells more than the failed write.
  child.stdin?.on('error', () => undefined);
  child.send(job, () => undefined);
  child.stdin?.end(bytes);
  return promise;
}

function failed(request: ComponentRequest, reason: string): TspinError {
  return componentError(request, 'component-transpile-failed', `${request.path} could not be made ready to run: ${reason}`, [
    'see that there is memory and room on the disk, and start again',
    'if it fails again, please report it as a bug of tspin with the component',
  ]);
}
