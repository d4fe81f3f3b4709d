// The manifest as a profile has it (spin-behaviour 1.14): what the profile's tables say, over what the components say themselves.
import { TspinError } from '../errors.ts';
import type { BuildSection } from '../manifest/build.ts';
import type { ComponentSection } from '../manifest/component.ts';
import { refuseConflicts, type NamedDependency } from '../manifest/dependency.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { ProfileSection } from '../manifest/profile.ts';
import { suggest } from '../util/suggest.ts';

/**
 * @param profile undefined for the anonymous one: the manifest as it is.
 * @throws TspinError `unknown-profile` when no component has it, `manifest-invalid-value` when it does not fit its component.
 */
export function withProfile(manifest: Manifest, profile: string | undefined): Manifest {
  if (profile === undefined) return manifest;
  const sections = [...manifest.components];
  const known = new Set(sections.flatMap(([, { profiles }]) => [...profiles.keys()]));
  if (!known.has(profile)) throw unknownProfile(profile, [...known]);
  const components = sections.map(([id, section]) => {
    const chosen = section.profiles.get(profile);
    return [id, chosen ? merged(section, chosen) : section] as const;
  });
  return { ...manifest, components: new Map(components) };
}

function merged(section: ComponentSection, profile: ProfileSection): ComponentSection {
  return {
    ...section,
    source: profile.source ?? section.source,
    environment: new Map([...section.environment, ...profile.environment]),
    dependencies: mergedDependencies(section.dependencies, profile.dependencies),
    build: mergedBuild(section.build, profile),
  };
}

function mergedDependencies(own: readonly NamedDependency[], over: readonly NamedDependency[]): readonly NamedDependency[] {
  const byName = new Map([...own, ...over].map(dependency => [dependency.name.text, dependency]));
  const dependencies = [...byName.values()];
  refuseConflicts(dependencies);
  return dependencies;
}

/** Other commands, in the same folder; a component without a build gets one. */
function mergedBuild(build: BuildSection | undefined, { buildCommands, at }: ProfileSection): BuildSection | undefined {
  if (!buildCommands) return build;
  return { ...(build ?? { workdir: undefined, watch: [], at }), commands: buildCommands };
}

function unknownProfile(profile: string, known: readonly string[]): TspinError {
  const near = suggest(profile, known);
  const help = [
    ...(near ? [`did you mean "${near}"?`] : []),
    known.length === 0 ? 'the app has no profiles' : `the profiles are: ${known.join(', ')}`,
  ];
  return new TspinError('unknown-profile', `no component has the profile "${profile}"`, { help });
}
