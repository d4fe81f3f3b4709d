// Builds components for `tspin build` and `tspin watch`: what has not changed is passed over, and what goes on is said.
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { BuildTarget } from '../app/app.ts';
import { BuildFailure, runBuild, type BuildStep } from '../dev/build.ts';
import { BuildRecords, type BuildBeginning } from '../dev/build-records.ts';
import type { Snapshots } from '../util/snapshot.ts';
import { BuildOutput } from './build-output.ts';
import type { Context } from './command.ts';
import { duration } from './duration.ts';

export interface BuildRequest {
  /** Every component, in the order of the build. */
  readonly targets: readonly BuildTarget[];
  /** Ids; empty means all. */
  readonly components: readonly string[];
  readonly manifestPath: string;
  readonly profile?: string | undefined;
  /** Also what has not changed. */
  readonly force: boolean;
  readonly jobs: number;
  readonly snapshots?: Snapshots;
  readonly onBuilt?: (component: string, ms: number) => void;
  /** Commands get no terminal to ask on, so that they can be ended at any time. */
  readonly unattended?: boolean | undefined;
  readonly signal: AbortSignal;
}

export interface Built {
  /** Milliseconds by component, of those that were built. */
  readonly ms: ReadonlyMap<string, number>;
  /** Ids of those that had not changed. */
  readonly fresh: readonly string[];
}

/** Throws TspinError, after the whole output of the command that failed. */
export async function buildComponents(request: BuildRequest, context: Context): Promise<Built> {
  const { targets, components, force, signal, jobs } = request;
  const { terminal, env } = context;
  const directory = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'tspin', 'builds');
  const records = new BuildRecords({ ...request, directory });
  const beginnings = new Map<string, BuildBeginning>();
  const chosen = targets.filter(({ id, plan }) => plan && (components.length === 0 || components.includes(id)));
  for (const target of chosen) beginnings.set(target.id, await records.begin(target));
  const fresh = force ? [] : chosen.filter(target => isFresh(target, beginnings, targets)).map(({ id }) => id);
  for (const id of fresh) sayBold(context, 'Unchanged', `component ${id} (--force builds it all the same)`);
  const wanted = chosen.filter(({ id }) => !fresh.includes(id));
  const ms = new Map<string, number>();
  // An unknown id is told by runBuild.
  if (wanted.length === 0 && chosen.length > 0) return { ms, fresh };
  const output = wanted.length > 1 && jobs > 1 ? new BuildOutput(terminal) : undefined;
  try {
    await runBuild({
      targets,
      components: wanted.length > 0 ? wanted.map(({ id }) => id) : components,
      onStep: step => sayStep(step, context),
      onBuilt: (id, took) => {
        ms.set(id, took);
        request.onBuilt?.(id, took);
      },
      jobs,
      output: output
        ? (id, printed) => output.take(id, printed)
        : request.unattended
          ? (_, printed) => terminal.guestOutput(printed.bytes)
          : undefined,
      signal,
    });
  } catch (error) {
    output?.end();
    if (output && error instanceof BuildFailure) sayWhole(output.whole(error.component), error.component, context);
    throw error;
  } finally {
    output?.end();
    const recorded = record(records, wanted, ({ id }) => (ms.has(id) ? beginnings.get(id) : undefined));
    // Whoever watches does not wait for it: without the record the next `tspin build` builds once more. It does not reject.
    if (!request.unattended) await recorded;
  }
  return { ms, fresh };
}

async function record(
  records: BuildRecords,
  targets: readonly BuildTarget[],
  builtOf: (target: BuildTarget) => BuildBeginning | undefined,
): Promise<void> {
  for (const target of targets) {
    const beginning = builtOf(target);
    if (beginning) await records.finish(target, beginning);
  }
}

/** What depends on something that is built is built after it. */
function isFresh(target: BuildTarget, beginnings: ReadonlyMap<string, BuildBeginning>, targets: readonly BuildTarget[]): boolean {
  if (!beginnings.get(target.id)?.isFresh) return false;
  return (target.after ?? []).every(id => {
    const other = targets.find(each => each.id === id);
    return !other?.plan || !beginnings.has(id) || isFresh(other, beginnings, targets);
  });
}

/** `hello in 1.2 s, cart in 340 ms`: after `built`. */
export const builtText = (ms: Built['ms']): string => [...ms].map(([id, took]) => `${id} in ${duration(took)}`).join(', ');

function sayStep({ component, command, number, total, workdir }: BuildStep, context: Context): void {
  if (total > 1) sayBold(context, 'Running build step', `${number}/${total} for component ${component} with '${command}'`);
  else sayBold(context, 'Building', `component ${component} with \`${command}\``);
  if (workdir !== undefined) context.terminal.result(`Working directory: ${JSON.stringify(workdir)}`);
}

function sayWhole(text: string, component: string, { terminal }: Context): void {
  if (text !== '') terminal.talk(`\nThe output of component ${component}:\n${text}\n`);
}

export const sayBold = ({ terminal }: Context, head: string, text: string): void =>
  terminal.result(`${terminal.style('stdout', ['bold', 'green'], head)} ${text}`);
