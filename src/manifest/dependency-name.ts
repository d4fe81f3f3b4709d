// The key of a dependency: `ns:pkg[/interface][@version]` or a plain kebab-case name (spin-behaviour 1.13).
import type { Entry } from './entry.ts';
import { dependencyName, identifierProblem, kebab, keyIs } from './identifier.ts';
import { invalidName } from './mistakes.ts';
import { semver } from './source.ts';

export type DependencyName = { readonly text: string } & (
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'package';
      readonly package: string;
      readonly interface: string | undefined;
      readonly version: string | undefined;
    }
);

/** Reads the key of the entry. */
export function readDependencyName(entry: Entry): DependencyName {
  const text = String(entry.path.at(-1));
  if (!/[:/]/.test(text)) {
    keyIs(dependencyName)(entry);
    return { kind: 'plain', text };
  }
  const [, namespace = '', name = '', interfaceName, version] =
    /^([^:/@]*):([^:/@]*)(?:\/([^:/@]*))?(?:@(.*))?$/.exec(text) ?? [];
  const words = [namespace, name, ...(interfaceName === undefined ? [] : [interfaceName])];
  const valid =
    words.every(word => identifierProblem(word, kebab) === undefined) && (version === undefined || semver.test(version));
  if (valid) return { kind: 'package', text, package: `${namespace}:${name}`, interface: interfaceName, version };
  throw invalidName(
    entry,
    `${JSON.stringify(text)} is not a valid dependency name`,
    'write "namespace:package/interface@1.0.0"; interface and version may be left out',
  );
}

/** Whether two names may stand for the same import, so that only one of them may be given. */
export function namesConflict(one: DependencyName, other: DependencyName): boolean {
  if (one.kind === 'plain' || other.kind === 'plain' || one.package !== other.package) return false;
  const versions = one.version !== undefined && other.version !== undefined;
  if (versions && compatibleVersion(one.version) !== compatibleVersion(other.version)) return false;
  return one.interface === undefined || other.interface === undefined || one.interface === other.interface;
}

/** Versions that semver holds compatible give the same text: `1.x.y`, `0.2.x`, and a prerelease only itself. */
function compatibleVersion(version: string): string {
  const [, major = '0', minor = '0', patch = '0', prerelease] = semver.exec(version) ?? [];
  if (prerelease !== undefined) return `${major}.${minor}.${patch}-${prerelease}`;
  if (major !== '0') return major;
  return minor === '0' ? `0.0.${patch}` : `0.${minor}`;
}
