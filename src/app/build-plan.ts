// What `tspin build` is to run. Works for apps that cannot be served, as long as the `build` tables themselves are right.
import { resolve } from 'node:path';

import { TspinError } from '../errors.ts';
import { parseBuildSections } from '../manifest/build-sections.ts';
import type { BuildSection } from '../manifest/build.ts';
import { parseManifest, type Manifest } from '../manifest/manifest.ts';
import { suggest } from '../util/suggest.ts';
import type { BuildPlan, BuildTarget } from './app.ts';
import { buildDependencies, buildOrder } from './build-order.ts';
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
}

/** @throws TspinError when there is no manifest, it is not TOML, a `build` in it is wrong, or no component has the profile. */
export async function loadBuildPlans({ from, cwd, profile }: LoadBuildPlansOptions): Promise<BuildPlans> {
  const file = await findManifest({ from, cwd });
  const text = await readManifest(file);
  const { sections, problem, manifest } = readSections(text, file.shown, profile);
  const after = manifest && buildDependencies(manifest);
  const targets = [...sections].map(([id, build]): BuildTarget => ({
    id,
    plan: build && planOf(build, file.directory),
    after: after?.get(id),
    artifact: manifest && artifactOf(manifest, id, file.directory),
  }));
  return { manifestPath: file.path, targets, problem, manifest, parentsUp: file.parentsUp };
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
  return { sections: sectionsOf(manifest, profile), problem: undefined, manifest };
}

function sectionsOf(manifest: Manifest, profile: string | undefined): ReadonlyMap<string, BuildSection | undefined> {
  const order = buildOrder(manifest);
  if (profile === undefined) return new Map(order.map(([id, { build }]) => [id, build]));
  const known = new Set(order.flatMap(([, { profiles }]) => [...profiles.keys()]));
  if (!known.has(profile)) throw unknownProfile(profile, [...known]);
  return new Map(
    order.map(([id, { build, profiles }]) => {
      const chosen = profiles.get(profile);
      if (!chosen?.buildCommands) return [id, build];
      return [id, { ...(build ?? { workdir: undefined, watch: [], at: chosen.at }), commands: chosen.buildCommands }];
    }),
  );
}

function unknownProfile(profile: string, known: readonly string[]): TspinError {
  const near = suggest(profile, known);
  const help = [
    ...(near ? [`did you mean "${near}"?`] : []),
    known.length === 0 ? 'the app has no profiles' : `the profiles are: ${known.join(', ')}`,
  ];
  return new TspinError('unknown-profile', `no component has the profile "${profile}"`, { help });
}

function planOf({ commands, workdir, watch }: BuildSection, directory: string): BuildPlan {
  return { commands, workdir, watch, directory: workdir === undefined ? directory : resolve(directory, workdir) };
}
