// Examines an app, and cures it one finding at a time: after each cure everything is looked at again.
import { join, resolve } from 'node:path';

import { findManifest, readManifest } from '../../app/find-manifest.ts';
import { loadRuntimeConfig } from '../../app/runtime-config-file.ts';
import { TspinError } from '../../errors.ts';
import { parseDocument } from '../../manifest/document.ts';
import { parseManifest } from '../../manifest/manifest.ts';
import { cacheDamage } from './diagnoses/cache-damage.ts';
import { databaseInWalMode } from './diagnoses/database-wal.ts';
import { duplicateRoutes, unreachableRoutes } from './diagnoses/routes.ts';
import { grants } from './diagnoses/grants.ts';
import { manifestMistake } from './diagnoses/manifest-mistake.ts';
import { manifestVersion } from './diagnoses/manifest-version.ts';
import { nodeTooOld } from './diagnoses/node-too-old.ts';
import { outboundHosts } from './diagnoses/outbound-hosts.ts';
import { portInUse } from './diagnoses/port-in-use.ts';
import { sourceMissing } from './diagnoses/source-missing.ts';
import { sourceStale } from './diagnoses/source-stale.ts';
import { toolchain } from './diagnoses/toolchain.ts';
import { unknownLabels } from './diagnoses/unknown-label.ts';
import { version1 } from './diagnoses/version-1.ts';
import type { Diagnosis, Finding, Patient } from './diagnosis.ts';
import type { Machine } from './machine.ts';

/** In the order in which findings are told and cured: what others depend on comes first. */
export const diagnoses: readonly Diagnosis[] = [
  version1,
  manifestVersion,
  manifestMistake,
  nodeTooOld,
  toolchain,
  sourceMissing,
  sourceStale,
  unknownLabels,
  grants,
  outboundHosts,
  duplicateRoutes,
  unreachableRoutes,
  databaseInWalMode,
  cacheDamage,
  portInUse,
];

export interface DoctorOptions {
  /** Absolute; a file or a folder. */
  readonly from: string;
  /** Absolute. */
  readonly cwd: string;
  readonly runtimeConfigFile?: string | undefined;
  /** As for `tspin up`. */
  readonly stateDirectory?: string | undefined;
  readonly machine: Machine;
}

export interface Examination {
  readonly findings: readonly Finding[];
  /** Diagnoses that could not be made, and why. Spin passes over them in silence. */
  readonly skipped: readonly { readonly diagnosis: string; readonly reason: string }[];
}

/** Throws TspinError when there is no manifest, or the runtime configuration cannot be read. */
export async function examine(options: DoctorOptions): Promise<Examination> {
  const patient = await readPatient(options);
  const findings: Finding[] = [];
  const skipped: Examination['skipped'][number][] = [];
  for (const { name, examine } of diagnoses) {
    try {
      for (const found of await examine(patient)) findings.push({ diagnosis: name, ...found });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      skipped.push({ diagnosis: name, reason: error.message });
    }
  }
  return { findings, skipped };
}

/** Told of each cure; what it resolves to says whether it is wanted. */
export type OfferFix = (finding: Finding) => Promise<boolean>;

export interface Cured {
  readonly finding: Finding;
  /** Undefined: it worked. */
  readonly failure: TspinError | undefined;
}

/** Offers each fix once, and applies those that are wanted. */
export async function cure(options: DoctorOptions, offer: OfferFix): Promise<readonly Cured[]> {
  const offered = new Set<string>();
  const cured: Cured[] = [];
  for (;;) {
    const { findings } = await examine(options);
    const next = findings.find(finding => finding.fix && !offered.has(keyOf(finding)));
    if (!next?.fix) return cured;
    offered.add(keyOf(next));
    if (!(await offer(next))) continue;
    cured.push({ finding: next, failure: await attempt(next.fix.apply) });
  }
}

const keyOf = ({ diagnosis, message }: Finding): string => `${diagnosis}: ${message}`;

async function attempt(apply: () => Promise<void>): Promise<TspinError | undefined> {
  try {
    await apply();
    return undefined;
  } catch (error) {
    if (error instanceof TspinError) return error;
    throw error;
  }
}

async function readPatient(options: DoctorOptions): Promise<Patient> {
  const { from, cwd, runtimeConfigFile, machine } = options;
  const file = await findManifest({ from, cwd });
  const text = await readManifest(file);
  const runtimeConfig = await loadRuntimeConfig(runtimeConfigFile, cwd);
  const state = options.stateDirectory ?? runtimeConfig.config.stateDirectory;
  const stateDirectory = state === undefined ? join(file.directory, '.spin') : state === '' ? undefined : resolve(cwd, state);
  const [root] = orProblem(() => parseDocument(text, file.shown));
  const [manifest, problem] = orProblem(() => parseManifest(text, file.shown));
  return { file, text, root, manifest, problem, runtimeConfig, stateDirectory, machine };
}

function orProblem<T>(read: () => T): readonly [T | undefined, TspinError | undefined] {
  try {
    return [read(), undefined];
  } catch (error) {
    if (!(error instanceof TspinError)) throw error;
    return [undefined, error];
  }
}
