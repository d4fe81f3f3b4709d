// Runs the build commands of components, one after the other, as `spin build` does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

import type { BuildTarget } from '../app/app.ts';
import { TspinError } from '../errors.ts';
import { suggest } from '../util/suggest.ts';

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
  /** Ends the running command and the build; runBuild then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Resolves to the number of commands that ran. Commands share this process's stdin, stdout and stderr.
 * @throws TspinError when a command fails or a component is unknown.
 */
export async function runBuild({ targets, components, onStep, signal }: BuildOptions): Promise<number> {
  refuseUnknown(
    components,
    targets.map(({ id }) => id),
  );
  let ran = 0;
  for (const { id: component, plan } of targets) {
    if (!plan || (components.length > 0 && !components.includes(component))) continue;
    const workdir = plan.workdir === undefined ? undefined : plan.directory;
    if (!existsSync(plan.directory)) throw noFolder(component, plan.directory);
    for (const [index, command] of plan.commands.entries()) {
      signal.throwIfAborted();
      onStep({ component, command, number: index + 1, total: plan.commands.length, workdir });
      const status = await runCommand(command, plan.directory, signal);
      if (status !== undefined) throw buildFailed(component, command, status);
      ran++;
    }
  }
  return ran;
}

/** Resolves to undefined after a success, else to what happened as the end of a sentence. */
function runCommand(command: string, directory: string, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  // With a terminal the command stays in our process group, where it may ask the user and gets the user's Ctrl-C itself.
  // Without one it gets its own, so that all of its processes can be ended together.
  const ownsGroup = !process.stdin.isTTY && process.platform !== 'win32';
  const child = spawn(command, { cwd: directory, shell: true, stdio: 'inherit', detached: ownsGroup });
  const end = (): void => {
    if (child.pid === undefined) return;
    if (ownsGroup) process.kill(-child.pid, 'SIGTERM');
    else child.kill('SIGTERM');
  };
  signal.addEventListener('abort', end, { once: true });
  child.once('error', error => resolve(`did not start: ${error.message}`));
  child.once('exit', (code, killedBy) => {
    signal.removeEventListener('abort', end);
    if (signal.aborted) reject(signal.reason as Error);
    else if (code === 0) resolve(undefined);
    else resolve(code === null ? `was ended by ${killedBy}` : `failed with status ${code}`);
  });
  return promise;
}

const buildFailed = (component: string, command: string, status: string): TspinError =>
  new TspinError('build-failed', `the build command of component "${component}" ${status}`, {
    help: [`it was: ${command}`, ...(status === notFound ? ['a program that it runs is not installed, or not on the PATH'] : [])],
  });

/** A shell's status for a program that it does not find. */
const notFound = 'failed with status 127';

const noFolder = (component: string, directory: string): TspinError =>
  new TspinError('build-failed', `the build of component "${component}" cannot run: there is no folder ${directory}`, {
    help: `correct workdir in [component.${component}.build]: it is relative to the folder of the manifest`,
  });

function refuseUnknown(wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find(id => !known.includes(id));
  if (unknown === undefined) return;
  const near = suggest(unknown, known);
  throw new TspinError('unknown-build-component', `the app has no component "${unknown}" to build`, {
    help: [...(near === undefined ? [] : [`did you mean "${near}"?`]), `the components are: ${known.join(', ')}`],
  });
}
