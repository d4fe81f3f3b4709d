// What satisfies an import of a component (spin-behaviour 1.13), and the middleware of a trigger (1.5), which is written alike.
import { TspinError, type SourceLocation } from '../errors.ts';
import { namesConflict, readDependencyName, type DependencyName } from './dependency-name.ts';
import type { Entry, Located } from './entry.ts';
import { componentId, identifier } from './identifier.ts';
import { invalidValue, unknownKey, wrongType } from './mistakes.ts';
import { list, located, optional, readTable, required, string } from './readers.ts';
import { digest, downloadUrl } from './source.ts';

export type DependencySource =
  | {
      readonly kind: 'package';
      readonly version: string;
      readonly package: string | undefined;
      readonly registry: string | undefined;
    }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly digest: string }
  | { readonly kind: 'component'; readonly component: Located<string> };

export interface DependencySection {
  readonly source: DependencySource;
  readonly export: string | undefined;
  /** What of the component's permissions the dependency has; undefined when not written. */
  readonly inherit: boolean | readonly string[] | undefined;
  readonly at: SourceLocation;
}

export interface NamedDependency extends DependencySection {
  readonly name: DependencyName;
}

/** Reads `[component.<id>.dependencies]`. */
export function readDependencies(entry: Entry): readonly NamedDependency[] {
  if (!entry.table) throw wrongType(entry, 'a table');
  const dependencies = entry.members.map(readNamedDependency);
  refuseConflicts(dependencies);
  return dependencies;
}

/** Throws TspinError when two of them may stand for the same import. */
export function refuseConflicts(dependencies: readonly NamedDependency[]): void {
  for (const [index, { name, at }] of dependencies.entries()) {
    const earlier = dependencies.slice(0, index).find(other => namesConflict(other.name, name));
    if (!earlier) continue;
    const message = `the dependency "${name.text}" conflicts with "${earlier.name.text}"`;
    const help = 'keep one of them, or let them name different interfaces or incompatible versions';
    throw new TspinError('manifest-invalid-value', message, { at, help });
  }
}

function readNamedDependency(entry: Entry): NamedDependency {
  const name = readDependencyName(entry);
  const dependency = readDependency(entry);
  const { source } = dependency;
  if (name.kind === 'plain' && source.kind === 'package' && source.package === undefined) {
    throw invalidValue(entry, `the dependency "${name.text}" does not say which package it is`, 'add package = "namespace:name"');
  }
  const isWholePackage = name.kind === 'package' && name.interface === undefined;
  if (isWholePackage && dependency.export !== undefined && (source.kind === 'package' || source.kind === 'file')) {
    const help = `name the interface in the key: "${name.text}/interface"`;
    throw invalidValue(entry, `\`export\` cannot be used with the whole package "${name.text}"`, help);
  }
  return { ...dependency, name };
}

function readDependency(entry: Entry): DependencySection {
  if (typeof entry.value === 'string') {
    const source = { kind: 'package', version: entry.value, package: undefined, registry: undefined } as const;
    return { source, export: undefined, inherit: undefined, at: entry.keyAt };
  }
  if (!entry.table)
    throw wrongType(entry, 'a string or a table', 'write a version such as ">= 1.0.0" or { path = "dependency.wasm" }');
  return readDependencyTable(entry);
}

/** Reads one element of a trigger's middleware: as a dependency, but always a table and without `export`. */
export function readMiddleware(entry: Entry): DependencySection {
  const exported = entry.member('export');
  if (exported) throw unknownKey(entry, exported, ['version', 'package', 'registry', 'path', 'url', 'digest', 'component']);
  return readDependencyTable(entry);
}

/** The first of `path`, `url` and `component` says which form it is; without one it is a package. */
function readDependencyTable(entry: Entry): DependencySection {
  const common = { export: optional(string), inherit_configuration: optional(readInherit) };
  if (entry.member('path')) {
    const fields = readTable(entry, { path: required(string, ''), ...common });
    return section(entry, { kind: 'file', path: fields.path }, fields);
  }
  if (entry.member('url')) {
    const fields = readTable(entry, {
      url: required(downloadUrl, ''),
      digest: required(digest, 'digest = "sha256:…"'),
      ...common,
    });
    return section(entry, { kind: 'url', url: fields.url, digest: fields.digest }, fields);
  }
  if (entry.member('component')) {
    const fields = readTable(entry, { component: required(located(identifier(componentId)), ''), ...common });
    return section(entry, { kind: 'component', component: fields.component }, fields);
  }
  const version = required(string, 'version = ">= 1.0.0"');
  const fields = readTable(entry, { version, package: optional(string), registry: optional(string), ...common });
  return section(entry, { kind: 'package', version: fields.version, package: fields.package, registry: fields.registry }, fields);
}

interface CommonFields {
  readonly export: string | undefined;
  readonly inherit_configuration: boolean | readonly string[] | undefined;
}

const section = (entry: Entry, source: DependencySource, fields: CommonFields): DependencySection => ({
  source,
  export: fields.export,
  inherit: fields.inherit_configuration,
  at: entry.keyAt,
});

function readInherit(entry: Entry): boolean | readonly string[] {
  if (typeof entry.value === 'boolean') return entry.value;
  if (Array.isArray(entry.value)) return list(string)(entry);
  throw wrongType(entry, 'a boolean', 'write true, false, or a list such as ["key_value_stores"]');
}
