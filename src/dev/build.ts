// Runs the build commands of components, as `spin build` does: those that need one another in order, the others side by side.
import { existsSync } from 'node:fs';

import type { BuildPlan, BuildTarget } from '../app/app.ts';
import { TspinError } from '../errors.ts';
import { suggest } from '../util/suggest.ts';
import { runCommand, type CommandOutput } from './build-command.ts';
import { missingTool, type MissingTool } from './build-tools.ts';

/** A command about to run; `number` counts from 1 within the component. */
export interface BuildStep {
  readonly component: string;
  readonly command: string;
  readonly number: number;
  readonly total: number;
  /** Absolute folder, when the manifest names one other than its own. */
  readonly workdir: string | undefined;
}

export interface BuildOptions {
  /** Every component in the order of the build. */
  readonly targets: readonly BuildTarget[];
  /** Ids of the components to build; empty means all. */
  readonly components: readonly string[];
  readonly onStep: (step: BuildStep) => void;
  /** Called when all commands of a component have succeeded. */
  readonly onBuilt?: ((component: string, ms: number) => void) | undefined;
  /** Components at once; 1 by default. */
  readonly jobs?: number | undefined;
  /**
   * Takes what commands print, which have no stdin then. Undefined: they share this process's stdin, stdout and stderr, and those
   * of several components would mix.
   */
  readonly output?: ((component: string, output: CommandOutput) => void) | undefined;
  /** Ends the running commands and the build; runBuild then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A component whose build failed. */
export class BuildFailure extends TspinError {
  readonly component: string;

  constructor(component: string, ...details: ConstructorParameters<typeof TspinError>) {
    super(...details);
    this.component = component;
  }
}

/**
 * Resolves to the number of commands that ran. The first failure ends what else is being built.
 * @throws TspinError when a command fails (BuildFailure) or a component is unknown.
 */
export async function runBuild(options: BuildOptions): Promise<number> {
  const { targets, components, signal } = options;
  refuseUnknown(
    components,
    targets.map(({ id }) => id),
  );
  const chosen = targets.filter(({ id, plan }) => plan && (components.length === 0 || components.includes(id)));
  const failing = new AbortController();
  const run = new BuildRun({ ...options, signal: AbortSignal.any([signal, failing.signal]) }, chosen);
  const results = await Promise.allSettled(
    Array.from({ length: Math.max(1, options.jobs ?? 1) }, () =>
      run.work().catch((error: unknown) => {
        // Those that are ended because of it say nothing of their own.
        if (!failing.signal.aborted) failing.abort(error);
        run.wake();
        throw error;
      }),
    ),
  );
  signal.throwIfAborted();
  if (results.some(({ status }) => status === 'rejected')) throw failing.signal.reason;
  return run.commands;
}

/** One build: what is left to do, and what is done. */
class BuildRun {
  commands = 0;
  #building = 0;
  readonly #options: BuildOptions;
  readonly #left: BuildTarget[];
  readonly #unfinished: Set<string>;
  #changed = Promise.withResolvers<void>();

  constructor(options: BuildOptions, targets: readonly BuildTarget[]) {
    this.#options = options;
    this.#left = [...targets];
    this.#unfinished = new Set(targets.map(({ id }) => id));
  }

  /** Builds one component after the other, until none is left; several of these go on at once. */
  async work(): Promise<void> {
    while (this.#left.length > 0) {
      this.#options.signal.throwIfAborted();
      const ready = this.#left.findIndex((target, place) => this.#isReady(target, place));
      // In a circle each waits for another: the order decides.
      const next = ready < 0 && this.#building === 0 ? 0 : ready;
      const [target] = next < 0 ? [] : this.#left.splice(next, 1);
      if (!target?.plan) {
        await this.#changed.promise;
        continue;
      }
      this.#building += 1;
      await this.#build(target.id, target.plan);
      this.#building -= 1;
      this.#unfinished.delete(target.id);
      this.wake();
    }
  }

  /** Whoever waits looks again. */
  wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Where dependencies are not known, everything before it in the order may be one. */
  #isReady({ after }: BuildTarget, place: number): boolean {
    if (after) return after.every(id => !this.#unfinished.has(id));
    return place === 0 && this.#left.length === this.#unfinished.size;
  }

  async #build(component: string, plan: BuildPlan): Promise<void> {
    const { signal, onStep, onBuilt, output } = this.#options;
    const { directory, commands } = plan;
    if (!existsSync(directory)) throw noFolder(component, directory);
    const began = performance.now();
    const workdir = plan.workdir === undefined ? undefined : directory;
    for (const [index, command] of commands.entries()) {
      signal.throwIfAborted();
      onStep({ component, command, number: index + 1, total: commands.length, workdir });
      const take = output && ((printed: CommandOutput) => output(component, printed));
      const status = await runCommand(command, { directory, signal, output: take });
      if (status !== undefined) throw await buildFailed({ component, command, directory, status });
      this.commands += 1;
    }
    onBuilt?.(component, performance.now() - began);
  }
}

/** A shell's status for a program that it does not find. */
const notFound = 'failed with status 127';

interface FailedCommand {
  readonly component: string;
  readonly command: string;
  readonly directory: string;
  readonly status: string;
}

async function buildFailed({ component, command, directory, status }: FailedCommand): Promise<TspinError> {
  const missing = status === notFound ? await missingTool(command, directory) : undefined;
  return new BuildFailure(component, 'build-failed', `the build command of component "${component}" ${status}`, {
    help: [`it was: ${command}`, ...(status === notFound ? toolHelp(missing) : [])],
  });
}

function toolHelp(missing: MissingTool | undefined): readonly string[] {
  if (!missing) return ['a program that it runs is not installed, or not on the PATH'];
  const { tool, install } = missing;
  return [`"${tool}" is not installed, or not on the PATH`, ...(install === undefined ? [] : [`to install it: ${install}`])];
}

const noFolder = (component: string, directory: string): TspinError =>
  new BuildFailure(
    component,
    'build-failed',
    `the build of component "${component}" cannot run: there is no folder ${directory}`,
    {
      help: `correct workdir in [component.${component}.build]: it is relative to the folder of the manifest`,
    },
  );

function refuseUnknown(wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find(id => !known.includes(id));
  if (unknown === undefined) return;
  const near = suggest(unknown, known);
  throw new TspinError('unknown-build-component', `the app has no component "${unknown}" to build`, {
    help: [...(near === undefined ? [] : [`did you mean "${near}"?`]), `the components are: ${known.join(', ')}`],
  });
}
