// `[[component]]` of a manifest of version 1, with the trigger that is written inside it (spin-behaviour 1.17).
import type { SourceLocation } from '../errors.ts';
import { readBuild } from './build.ts';
import type { ComponentSection } from './component.ts';
import type { Entry, Located } from './entry.ts';
import { readFilesEntry } from './files.ts';
import { componentId, identifier, identifierProblem, keyIs, label, variableName } from './identifier.ts';
import { list, located, mapOf, optional, readTable, required, string, withDefault } from './readers.ts';
import { readSource } from './source.ts';
import { template, type Template } from './template.ts';
import { readTriggerOf, type TriggerSettings } from './trigger.ts';

export interface Component1 {
  /** As version 2 has it: in kebab-case. */
  readonly id: Located<string>;
  readonly section: ComponentSection;
  readonly settings: TriggerSettings;
  /** Of the trigger. */
  readonly at: SourceLocation;
}

/** Version 1 let every component connect to databases, unless it said where to. */
const databases = ['redis://*:*', 'mysql://*:*', 'postgres://*:*'];

/** `type`: of the app's triggers. */
export function readComponent1(entry: Entry, type: string): Component1 {
  const fields = readTable(entry, {
    id: required(readId, 'id = "hello"'),
    source: required(readSource, 'source = "app.wasm"'),
    trigger: required(one => ({ settings: readTriggerOf(one, type), at: one.at }), '[component.trigger] with route = "/..."'),
    description: withDefault(string, ''),
    config: withDefault(mapOf(template, keyIs(variableName)), new Map<string, Template>()),
    environment: withDefault(mapOf(string), new Map<string, string>()),
    files: withDefault(list(readFilesEntry), []),
    exclude_files: withDefault(list(located(string)), []),
    allowed_http_hosts: withDefault(list(located(string)), []),
    allowed_outbound_hosts: optional(list(template)),
    key_value_stores: withDefault(list(located(label)), []),
    sqlite_databases: withDefault(list(located(label)), []),
    ai_models: withDefault(list(located(string)), []),
    build: optional(readBuild),
  });
  const { at } = fields.id;
  const section: ComponentSection = {
    source: fields.source,
    description: fields.description,
    variables: fields.config,
    environment: fields.environment,
    files: fields.files,
    excludeFiles: fields.exclude_files,
    allowedOutboundHosts: fields.allowed_outbound_hosts ?? databases.map(value => textTemplate(value, at)),
    allowedHttpHosts: fields.allowed_http_hosts,
    keyValueStores: fields.key_value_stores,
    sqliteDatabases: fields.sqlite_databases,
    aiModels: fields.ai_models,
    targets: undefined,
    build: fields.build,
    dependenciesInheritConfiguration: undefined,
    dependencies: [],
    profiles: new Map(),
    at,
  };
  return { id: fields.id, section, ...fields.trigger };
}

const textTemplate = (value: string, at: SourceLocation): Template => ({ value, at, parts: [{ kind: 'text', text: value }] });

/** An id that version 2 does not allow is made one that it does, if that can be done by case and dashes. */
function readId(entry: Entry): Located<string> {
  const written = string(entry);
  const { at } = entry;
  if (identifierProblem(written, componentId) === undefined) return { value: written, at };
  const converted = written.replaceAll('_', '-').toLowerCase();
  if (identifierProblem(converted, componentId) === undefined) return { value: converted, at };
  // Says what is wrong with it.
  return { value: identifier(componentId)(entry), at };
}
