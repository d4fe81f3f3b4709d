// `[component.<id>]`, or a component written inline in a trigger (spin-behaviour 1.6).
import type { SourceLocation } from '../errors.ts';
import { readBuild, type BuildSection } from './build.ts';
import { readDependencies, type NamedDependency } from './dependency.ts';
import type { Entry, Located } from './entry.ts';
import { readFilesEntry, type FilesEntry } from './files.ts';
import { keyIs, label, variableName } from './identifier.ts';
import { invalidValue } from './mistakes.ts';
import { anyTable, boolean, list, located, mapOf, optional, readTable, required, string, withDefault } from './readers.ts';
import { readProfile, type ProfileSection } from './profile.ts';
import { readSource, type SourceSection } from './source.ts';
import { targetReference, type TargetReference } from './target.ts';
import { template, type Template } from './template.ts';

export interface ComponentSection {
  readonly source: SourceSection;
  readonly description: string;
  readonly variables: ReadonlyMap<string, Template>;
  readonly environment: ReadonlyMap<string, string>;
  readonly files: readonly FilesEntry[];
  readonly excludeFiles: readonly Located<string>[];
  readonly allowedOutboundHosts: readonly Template[];
  /** Deprecated by Spin in favour of `allowedOutboundHosts`. */
  readonly allowedHttpHosts: readonly Located<string>[];
  readonly keyValueStores: readonly Located<string>[];
  readonly sqliteDatabases: readonly Located<string>[];
  readonly aiModels: readonly Located<string>[];
  /** Undefined: the application's. */
  readonly targets: readonly TargetReference[] | undefined;
  readonly build: BuildSection | undefined;
  readonly dependenciesInheritConfiguration: boolean | undefined;
  readonly dependencies: readonly NamedDependency[];
  readonly profiles: ReadonlyMap<string, ProfileSection>;
  readonly at: SourceLocation;
}

export function readComponent(entry: Entry): ComponentSection {
  const fields = readTable(entry, {
    source: required(readSource, 'source = "app.wasm"'),
    description: withDefault(string, ''),
    variables: withDefault(mapOf(template, keyIs(variableName)), new Map<string, Template>()),
    environment: withDefault(mapOf(string), new Map<string, string>()),
    files: withDefault(list(readFilesEntry), []),
    exclude_files: withDefault(list(located(string)), []),
    allowed_outbound_hosts: withDefault(list(template), []),
    allowed_http_hosts: withDefault(list(located(string)), []),
    key_value_stores: withDefault(list(located(label)), []),
    sqlite_databases: withDefault(list(located(label)), []),
    ai_models: withDefault(list(located(string)), []),
    targets: optional(list(targetReference)),
    build: optional(readBuild),
    tool: withDefault(mapOf(anyTable), new Map<string, void>()),
    dependencies_inherit_configuration: optional(boolean),
    dependencies: withDefault(readDependencies, []),
    profile: withDefault(mapOf(readProfile), new Map<string, ProfileSection>()),
  });
  for (const dependencies of [fields.dependencies, ...[...fields.profile.values()].map(profile => profile.dependencies)]) {
    refuseInheritTwice(entry, dependencies);
  }
  return {
    source: fields.source,
    description: fields.description,
    variables: fields.variables,
    environment: fields.environment,
    files: fields.files,
    excludeFiles: fields.exclude_files,
    allowedOutboundHosts: fields.allowed_outbound_hosts,
    allowedHttpHosts: fields.allowed_http_hosts,
    keyValueStores: fields.key_value_stores,
    sqliteDatabases: fields.sqlite_databases,
    aiModels: fields.ai_models,
    targets: fields.targets,
    build: fields.build,
    dependenciesInheritConfiguration: fields.dependencies_inherit_configuration,
    dependencies: fields.dependencies,
    profiles: fields.profile,
    at: entry.keyAt,
  };
}

function refuseInheritTwice(entry: Entry, dependencies: readonly NamedDependency[]): void {
  const forAll = entry.member('dependencies_inherit_configuration');
  const single = dependencies.find(({ inherit }) => inherit !== undefined);
  if (!forAll || !single) return;
  const message = `\`dependencies_inherit_configuration\` is given beside \`inherit_configuration\` of the dependency "${single.name.text}"`;
  throw invalidValue(forAll, message, 'give it either for the component or for each dependency');
}
