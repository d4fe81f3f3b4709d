// `tspin doctor`: tells what is wrong with an app, and cures what the user wants cured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cure, examine, type Cured, type DoctorOptions, type Examination } from '../../dev/doctor/doctor.ts';
import type { Finding } from '../../dev/doctor/diagnosis.ts';
import { thisMachine } from '../../dev/doctor/machine.ts';
import { TspinError } from '../../errors.ts';
import { componentsCache } from '../../util/user-cache.ts';
import type { Action, Context, Input } from '../command.ts';
import type { doctorFlags } from '../commands/doctor.ts';
import { doctorReport } from '../doctor-report.ts';
import { defaultAddress } from '../listen-values.ts';
import { parseListenAddress } from '../values.ts';
import { buildApp } from './build.ts';

export const doctor: Action<typeof doctorFlags> = async (input, context) => {
  const { flags } = input;
  const options = optionsOf(input, context);
  const first = await examine(options);
  const wantsAsking = !flags.fix && !flags.json && context.ask !== undefined;
  if (!flags.json) report(first, context);
  const cured = flags.fix || wantsAsking ? await cure(options, finding => isWanted(finding, flags.fix, context)) : [];
  for (const one of cured) sayCured(one, flags.json, context);
  const last = cured.length > 0 ? await examine(options) : first;
  if (flags.json) context.terminal.result(JSON.stringify(jsonOf(last, cured), undefined, 2));
  else if (cured.length > 0) report(last, context);
  return last.findings.length === 0 ? 0 : 1;
};

function optionsOf({ flags }: Input<typeof doctorFlags>, context: Context): DoctorOptions {
  const { cwd, env } = context;
  // As in Spin, no manifest of a folder above: it may be changed, so it should be the one that was meant.
  const from = resolve(cwd, flags.from ?? 'spin.toml');
  return {
    from,
    cwd,
    runtimeConfigFile: flags['runtime-config-file'],
    stateDirectory: flags['state-dir'],
    machine: thisMachine({
      listen: parseListenAddress(flags.listen ?? defaultAddress),
      cacheDirectory: env['TSPIN_CACHE_DIR'] ?? componentsCache(),
      env,
      build: component => (flags.json ? buildApart(from, component) : build(from, component, context)),
    }),
  };
}

async function build(from: string, component: string, context: Context): Promise<void> {
  const code = await buildApp({ from, components: [component] }, context);
  if (code !== 0) throw new TspinError('build-failed', 'the build was stopped');
}

/** In a process of its own, whose stdout is our stderr: ours is for the JSON. */
async function buildApart(from: string, component: string): Promise<void> {
  const launcher = fileURLToPath(new URL('../../../bin/tspin.js', import.meta.url));
  const child = spawn(process.execPath, [launcher, 'build', '-f', from, '-c', component], { stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new TspinError('build-failed', `the build of "${component}" failed`);
}

function report(examination: Examination, { terminal }: Context): void {
  for (const line of doctorReport(examination, (styles, text) => terminal.style('stdout', styles, text))) terminal.result(line);
}

async function isWanted({ fix, message }: Finding, fixesAll: boolean, { ask, terminal }: Context): Promise<boolean> {
  if (fixesAll) return true;
  if (!ask) return false;
  terminal.talk(message);
  return /^y(es)?$/i.test((await ask(`Cure it: ${fix?.about}? [y/N] `)).trim());
}

function sayCured({ finding: { fix, message }, failure }: Cured, isJson: boolean, { terminal }: Context): void {
  if (failure) terminal.error(failure);
  else if (!isJson) terminal.result(`${terminal.style('stdout', ['bold', 'green'], 'Cured')} ${message}: ${fix?.about}`);
}

const jsonOf = ({ findings, skipped }: Examination, cured: readonly Cured[]): unknown => ({
  findings: findings.map(({ diagnosis, message, at, help, fix }) => ({
    diagnosis,
    message,
    ...(at && { file: at.file, line: at.line, column: at.column }),
    help,
    fix: fix?.about ?? null,
  })),
  cured: cured.filter(({ failure }) => !failure).map(({ finding }) => finding.message),
  skipped,
});
