// What `tspin build` is to run. Works for apps that cannot be served, as long as the `build` tables themselves are right.
import { resolve } from 'node:path';

import { TspinError } from '../errors.ts';
import { parseBuildSections } from '../manifest/build-sections.ts';
import type { BuildSection } from '../manifest/build.ts';
import { parseManifest, type Manifest } from '../manifest/manifest.ts';
import type { BuildPlan, BuildTarget } from './app.ts';
import { buildDependencies, buildOrder } from './build-order.ts';
import { withProfile } from './chosen-profile.ts';
import { findManifest, readManifest } from './find-manifest.ts';

export interface LoadBuildPlansOptions {
  /** As for `loadApplication`. */
  readonly from?: string | undefined;
  /** Absolute. */
  readonly cwd: string;
  readonly profile?: string | undefined;
}

export interface BuildPlans {
  readonly manifestPath: string;
  /** Every component, in the order in which they are to be built. */
  readonly targets: readonly BuildTarget[];
  /** Why the manifest cannot be used for anything but building; to be shown after the build. */
  readonly problem: TspinError | undefined;
  /** The whole of it, unless it has that mistake. */
  readonly manifest: Manifest | undefined;
  /** How many folders above the working directory the manifest was found. */
  readonly parentsUp: number;
  /** The manifest says where the app is to run, which Spin checks after a build. */
  readonly hasDeploymentTargets: boolean;
}

/** @throws TspinError when there is no manifest, it is not TOML, a `build` in it is wrong, or no component has the profile. */
export async function loadBuildPlans({ from, cwd, profile }: LoadBuildPlansOptions): Promise<BuildPlans> {
  const file = await findManifest({ from, cwd });
  if (file.isWasm) {
    const help = 'run it without a build: tspin up -f, without --build; or give -f the spin.toml of its app';
    throw new TspinError('manifest-not-served', `${file.shown} is Wasm already: there is nothing to build`, { help });
  }
  const text = await readManifest(file);
  const { sections, problem, manifest } = readSections(text, file.shown, profile);
  const after = manifest && buildDependencies(manifest);
  const targets = [...sections].map(([id, build]): BuildTarget => ({
    id,
    plan: build && planOf(build, file.directory),
    after: after?.get(id),
    artifact: manifest && artifactOf(manifest, id, file.directory),
  }));
  const hasDeploymentTargets = manifest !== undefined && hasTargets(manifest);
  return { manifestPath: file.path, targets, problem, manifest, parentsUp: file.parentsUp, hasDeploymentTargets };
}

function artifactOf({ components }: Manifest, id: string, directory: string): string | undefined {
  const source = components.get(id)?.source;
  return source?.kind === 'file' ? resolve(directory, source.path) : undefined;
}

interface Sections {
  readonly sections: ReadonlyMap<string, BuildSection | undefined>;
  readonly problem: TspinError | undefined;
  readonly manifest: Manifest | undefined;
}

function readSections(text: string, shown: string, profile: string | undefined): Sections {
  let manifest;
  try {
    manifest = parseManifest(text, shown);
  } catch (error) {
    if (!(error instanceof TspinError)) throw error;
    // A profile changes commands in ways that only the whole manifest tells.
    if (profile !== undefined) throw error;
    return { sections: parseBuildSections(text, shown), problem: error, manifest: undefined };
  }
  const chosen = withProfile(manifest, profile);
  return { sections: sectionsOf(chosen), problem: undefined, manifest: chosen };
}

const hasTargets = ({ application, components }: Manifest): boolean =>
  [application, ...components.values()].some(({ targets }) => targets !== undefined && targets.length > 0);

const sectionsOf = (manifest: Manifest): ReadonlyMap<string, BuildSection | undefined> =>
  new Map(buildOrder(manifest).map(([id, { build }]) => [id, build]));

function planOf({ commands, workdir, watch }: BuildSection, directory: string): BuildPlan {
  return { commands, workdir, watch, directory: workdir === undefined ? directory : resolve(directory, workdir) };
}
