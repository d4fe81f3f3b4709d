// `tspin build`: says on stdout which command runs, as Spin does, and perhaps goes on with `tspin up`.
import { dirname } from 'node:path';

import { loadBuildPlans } from '../../app/build-plan.ts';
import { rememberBuild } from '../../app/last-build.ts';
import { runBuild, type BuildStep } from '../../dev/build.ts';
import { formatError } from '../../errors.ts';
import type { Action, Context } from '../command.ts';
import type { buildFlags } from '../commands/build.ts';
import { upCommand } from '../commands/up.ts';
import { parseInput } from '../parse-input.ts';
import { exitCodeOf, watchStopSignals } from '../stop-signals.ts';

export const build: Action<typeof buildFlags> = async ({ flags, rest }, context) => {
  // The options for `up` are checked before a build that may take minutes.
  const from = flags.from === undefined ? [] : ['--from', flags.from];
  const profile = flags.profile === undefined ? [] : ['--profile', flags.profile];
  const upInput = flags.up ? parseInput(upCommand, [...from, ...profile, ...rest], context.env) : undefined;
  const code = await buildApp({ from: flags.from, profile: flags.profile, components: flags['component-id'] }, context);
  if (code !== 0 || !upInput) return code;
  const up = await upCommand.load();
  return up({ ...upInput, flags: { ...upInput.flags, build: false } }, context);
};

export interface BuildRequest {
  readonly from: string | undefined;
  readonly profile: string | undefined;
  /** Ids; empty means all. */
  readonly components: readonly string[];
}

/** Resolves to the exit code: 0, or that of the signal that ended the build. Throws TspinError. */
export async function buildApp({ from, profile, components }: BuildRequest, context: Context): Promise<number> {
  const { terminal, cwd } = context;
  const { targets, parentsUp, manifestPath, problem, hasDeploymentTargets } = await loadBuildPlans({ from, cwd, profile });
  if (parentsUp > 0) terminal.talk(`Using spin.toml from the parent folder ${dirname(manifestPath)}`);
  using signals = watchStopSignals(context.signals);
  const controller = new AbortController();
  void signals.first.then(signal => controller.abort(signal));
  let ran: number;
  try {
    ran = await runBuild({ targets, components, onStep: step => sayStep(step, context), signal: controller.signal });
  } catch (error) {
    if (controller.signal.aborted) return exitCodeOf(await signals.first);
    throw error;
  } finally {
    // After the build, so that its output does not bury it.
    if (problem) terminal.warn(`the app can be built and cannot be served: its manifest has a mistake\n${formatError(problem)}`);
  }
  await rememberBuild(dirname(manifestPath), profile);
  if (ran === 0) {
    terminal.result('None of the components have a build command.');
    terminal.result(
      'For information on specifying a build command, see https://spinframework.dev/build#setting-up-for-spin-build.',
    );
  } else sayBold(context, 'Finished', 'building all Spin components');
  if (hasDeploymentTargets) terminal.talk('The `targets` of the manifest are not checked: `spin build` does that.');
  return 0;
}

function sayStep({ component, command, number, total, workdir }: BuildStep, context: Context): void {
  if (total > 1) sayBold(context, 'Running build step', `${number}/${total} for component ${component} with '${command}'`);
  else sayBold(context, 'Building', `component ${component} with \`${command}\``);
  if (workdir !== undefined) context.terminal.result(`Working directory: ${JSON.stringify(workdir)}`);
}

const sayBold = ({ terminal }: Context, head: string, text: string): void =>
  terminal.result(`${terminal.style('stdout', ['bold', 'green'], head)} ${text}`);
