// Wasmtime behind a pipe: answers what a script of steps does to a component (oracle.py).
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Wire } from './wire.ts';

/** An exported function and its arguments; `start`: a new instance. */
export type Step = readonly [name: string, ...args: Wire[]];

export type Outcome =
  | {
      readonly value: Wire | null;
      readonly dropped?: readonly number[];
      /** Host functions that were called, with the objects that they got. */
      readonly seen?: readonly Wire[];
    }
  /** The instance is replaced by a new one. */
  | { readonly trap: string };

export interface Script {
  readonly component: Uint8Array;
  /** How many types it has functions for. */
  readonly functions: number;
  /** Host functions that take handles and give nothing. */
  readonly handleFunctions?: readonly string[];
  readonly steps: readonly Step[];
}

const folder = new URL('../../../node_modules/.oracle/', import.meta.url).pathname;

/** A Python that has wasmtime: `.ci/run` puts one beside the packages. */
function findPython(): string | undefined {
  const own = `${folder}bin/python`;
  const python = existsSync(own) ? own : 'python3';
  return spawnSync(python, ['-c', 'import wasmtime.component'], { stdio: 'ignore' }).status === 0 ? python : undefined;
}

/** For `skip`: why there is nothing to compare with. In CI there has to be. */
export function oracleSkip(): string | false {
  if (process.env['CI'] !== undefined || findPython() !== undefined) return false;
  return 'no Python with wasmtime is here: .ci/run says how to have one';
}

export function startOracle(): Oracle {
  const python = findPython();
  if (python === undefined) throw new Error('there is no Python with wasmtime');
  return new Oracle(python);
}

export class Oracle {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;

  constructor(python: string) {
    this.#child = spawn(python, [new URL('oracle.py', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.#child.stdout) throw new Error('the oracle has no output');
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  async run({ component, ...script }: Script): Promise<readonly Outcome[]> {
    const request = { component: Buffer.from(component).toString('base64'), ...script };
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('the oracle has ended');
    return JSON.parse(value) as Outcome[];
  }

  close(): void {
    this.#child.stdin?.end();
    this.#lines.close();
  }
}
