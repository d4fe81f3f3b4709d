// Has a component transpiled in a process that ends: jco takes up to 265 MB and some seconds, which a serving process must not.
import type { TspinError } from '../errors.ts';
import { componentError, invalidComponent } from './source.ts';
import type { ComponentRequest } from './source.ts';
import type { TranspileJob, TranspiledComponent } from './transpile-job.ts';
import { TranspileProcess } from './transpile-process.ts';
import type { Transpilers } from './transpilers.ts';

/** The largest component measured (Python, 37 MB) takes 1.3 s; this is for a slow machine under load. */
const transpileDeadlineMs = 120_000;

export interface TranspileOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
  /** Where a process may wait for the job. */
  readonly transpilers?: Transpilers | undefined;
}

/** Transpiles `bytes` into `job.directory`. Throws TspinError, or the signal's reason. */
export async function transpileComponent(
  request: ComponentRequest,
  bytes: Uint8Array,
  job: TranspileJob,
  { signal, deadlineMs = transpileDeadlineMs, transpilers }: TranspileOptions = {},
): Promise<TranspiledComponent> {
  signal?.throwIfAborted();
  let running = transpilers?.take() ?? TranspileProcess.start();
  const stop = (): void => running.kill();
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    stop();
  }, deadlineMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    let ended = await running.run(bytes, job);
    // What happened to it while it waited is no fault of the component.
    if (ended.answer === undefined && running.isAhead && !late && !signal?.aborted) {
      running = TranspileProcess.start();
      ended = await running.run(bytes, job);
    }
    const { answer, end } = ended;
    signal?.throwIfAborted();
    if (late) throw failed(request, `it took longer than ${deadlineMs / 1000} s and was ended`);
    if (answer === undefined) throw failed(request, `the process that does it ${end}`);
    if (answer.kind === 'refused') throw invalidComponent(request, answer.reason);
    if (answer.kind === 'failed') throw failed(request, answer.reason);
    return answer.component;
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', stop);
  }
}

function failed(request: ComponentRequest, reason: string): TspinError {
  return componentError(request, 'component-transpile-failed', `${request.path} could not be made ready to run: ${reason}`, [
    'see that there is memory and room on the disk, and start again',
    'if it fails again, please report it as a bug of tspin with the component',
  ]);
}
