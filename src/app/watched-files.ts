// The files that a running app is made of, besides the sources of its components: a change of one of them is a change of the app.
import { join, posix, relative, resolve, sep } from 'node:path';

import type { ComponentSection } from '../manifest/component.ts';
import { GlobSyntaxError, pathMatcher } from '../util/glob.ts';
import type { FileSet } from '../util/snapshot.ts';
import type { BuildPlans } from './build-plan.ts';
import type { VariableOption } from './variable-options.ts';

export interface WatchedFilesRequest {
  readonly plans: BuildPlans;
  /** Absolute: what the paths of options are relative to. */
  readonly cwd: string;
  readonly runtimeConfigFile?: string | undefined;
  readonly variables: readonly VariableOption[];
  /** The folders of `files` are mounted as they are: a guest sees their changes anyway. */
  readonly directMounts: boolean;
}

/** The manifest, `.env`, the files of options; the Wasm and the `files` of each component when the manifest has no mistake. */
export function watchedFiles({
  plans,
  cwd,
  runtimeConfigFile,
  variables,
  directMounts,
}: WatchedFilesRequest): readonly FileSet[] {
  const directory = join(plans.manifestPath, '..');
  const optionFiles = [...(runtimeConfigFile === undefined ? [] : [runtimeConfigFile]), ...variables.flatMap(fileOf)];
  const single = [plans.manifestPath, join(cwd, '.env'), ...optionFiles.map(path => resolve(cwd, path))];
  const components = [...(plans.manifest?.components.values() ?? [])];
  const artifacts = plans.targets.flatMap(({ artifact }) => (artifact === undefined ? [] : [artifact]));
  return [
    ...[...single, ...artifacts].map(oneFile),
    ...(directMounts ? [] : components.map(component => mountedFiles(component, directory))),
  ];
}

/** A path is no pattern, whatever is in it. */
export const oneFile = (path: string): FileSet => {
  const directory = join(path, '..');
  return { directory, patterns: [path.slice(path.lastIndexOf(sep) + 1).replaceAll(/[*?[\]]/g, '[$&]')] };
};

const fileOf = (option: VariableOption): readonly string[] =>
  'file' in option ? [option.file] : 'valueFile' in option ? [option.valueFile] : [];

function mountedFiles({ files, excludeFiles }: ComponentSection, directory: string): FileSet {
  const excluded = excludeFiles.flatMap(({ value }) => matcherOf(value));
  return {
    directory,
    patterns: files.map(entry => (entry.kind === 'pattern' ? entry.pattern : posix.join(entry.source.value))),
    leavesOut: path => {
      const inside = relative(directory, path).replaceAll(sep, '/');
      return excluded.some(matches => matches(inside));
    },
  };
}

function matcherOf(pattern: string): readonly ((path: string) => boolean)[] {
  try {
    return [pathMatcher(pattern)];
  } catch (error) {
    if (error instanceof GlobSyntaxError) return [];
    throw error;
  }
}
