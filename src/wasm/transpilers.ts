// Gives the processes that transpile. When a component is being built one is started ahead of its job, so that its start costs no
// time of the developer's: the compiler takes that time anyway (ADR 022).
import type { TranspileProcess } from './transpile-process.ts';

/** A process that waits takes 60 MB: when no job comes it ends, in milliseconds. A build may take minutes. */
const aheadMsMax = 5 * 60_000;

export class Transpilers {
  #ahead: TranspileProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #aheadMsMax: number;

  constructor({ aheadMs = aheadMsMax }: { readonly aheadMs?: number } = {}) {
    this.#aheadMsMax = aheadMs;
  }

  /** A job will come: one process, no more, is started for it, unless one waits already. */
  async expect(): Promise<void> {
    const { TranspileProcess: Process } = await import('./transpile-process.ts');
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#drop(), this.#aheadMsMax).unref();
    if (this.#ahead) return;
    const ahead = Process.startAhead();
    this.#ahead = ahead;
    void ahead.ended.then(() => {
      if (this.#ahead === ahead) this.#ahead = undefined;
    });
  }

  /** The process that was started ahead, if there is one. Whoever takes it uses it. */
  take(): TranspileProcess | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    clearTimeout(this.#timer);
    return ahead;
  }

  /** Ends the process that waits. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #drop(): void {
    this.take()?.kill();
  }
}
