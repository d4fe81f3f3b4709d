// `tspin build`: says on stdout which command runs, as Spin does, and perhaps goes on with `tspin up`.
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';

import { loadBuildPlans } from '../../app/build-plan.ts';
import { rememberBuild } from '../../app/last-build.ts';
import { formatError } from '../../errors.ts';
import { buildComponents, builtText, sayBold, type Built } from '../build-components.ts';
import type { Action, Context } from '../command.ts';
import type { buildFlags } from '../commands/build.ts';
import { upCommand } from '../commands/up.ts';
import { parseInput } from '../parse-input.ts';
import { exitCodeOf, watchStopSignals } from '../stop-signals.ts';
import { parseWhole } from '../values.ts';

export const build: Action<typeof buildFlags> = async ({ flags, rest }, context) => {
  // The options for `up` are checked before a build that may take minutes.
  const from = flags.from === undefined ? [] : ['--from', flags.from];
  const profile = flags.profile === undefined ? [] : ['--profile', flags.profile];
  const upInput = flags.up ? parseInput(upCommand, [...from, ...profile, ...rest], context.env) : undefined;
  const jobs = flags.jobs === undefined ? undefined : parseWhole('jobs', flags.jobs, [1, 64]);
  const request = { from: flags.from, profile: flags.profile, components: flags['component-id'], force: flags.force, jobs };
  const code = await buildApp(request, context);
  if (code !== 0 || !upInput) return code;
  const up = await upCommand.load();
  return up({ ...upInput, flags: { ...upInput.flags, build: false } }, context);
};

export interface BuildAppRequest {
  readonly from: string | undefined;
  readonly profile?: string | undefined;
  /** Ids; empty means all. */
  readonly components: readonly string[];
  /** Also what has not changed. */
  readonly force?: boolean;
  /** Components at once; by default as many as there are cores. */
  readonly jobs?: number | undefined;
}

/** Resolves to the exit code: 0, or that of the signal that ended the build. Throws TspinError. */
export async function buildApp(request: BuildAppRequest, context: Context): Promise<number> {
  const { from, profile, components, force = false, jobs = availableParallelism() } = request;
  const { terminal, cwd } = context;
  const { targets, parentsUp, manifestPath, problem, hasDeploymentTargets } = await loadBuildPlans({ from, cwd, profile });
  if (parentsUp > 0) terminal.talk(`Using spin.toml from the parent folder ${dirname(manifestPath)}`);
  using signals = watchStopSignals(context.signals);
  const controller = new AbortController();
  void signals.first.then(signal => controller.abort(signal));
  let built: Built;
  try {
    const { signal } = controller;
    built = await buildComponents({ targets, components, manifestPath, profile, force, jobs, signal }, context);
  } catch (error) {
    if (controller.signal.aborted) return exitCodeOf(await signals.first);
    throw error;
  } finally {
    // After the build, so that its output does not bury it.
    if (problem) terminal.warn(`the app can be built and cannot be served: its manifest has a mistake\n${formatError(problem)}`);
  }
  await rememberBuild(dirname(manifestPath), profile);
  if (built.ms.size === 0 && built.fresh.length === 0) {
    terminal.result('None of the components have a build command.');
    terminal.result(
      'For information on specifying a build command, see https://spinframework.dev/build#setting-up-for-spin-build.',
    );
    return 0;
  }
  if (built.ms.size > 0) sayBold(context, 'Built', builtText(built.ms));
  sayBold(context, 'Finished', 'building all Spin components');
  if (hasDeploymentTargets) terminal.talk('The `targets` of the manifest are not checked: `spin build` does that.');
  return 0;
}
