// One `[[trigger.<type>]]` as it is written (spin-behaviour 1.5): ids may be missing and components inline.
import type { SourceLocation } from '../errors.ts';
import { readComponent, type ComponentSection } from './component.ts';
import { readMiddleware, type DependencySection } from './dependency.ts';
import type { Entry, Located } from './entry.ts';
import { httpKeys, readComponentHttpSettings, readHttpSettings, type HttpSettings } from './http-trigger.ts';
import { componentId, identifier } from './identifier.ts';
import { wrongType } from './mistakes.ts';
import {
  list,
  located,
  mapOf,
  oneOrMany,
  optional,
  readKnownKeys,
  refuseOtherKeys,
  required,
  string,
  withDefault,
} from './readers.ts';

export interface RedisSettings {
  readonly kind: 'redis';
  readonly channel: Located<string>;
  readonly address: Located<string> | undefined;
}

/** `other`: a type that Spin itself does not have; its keys are its plugin's business. */
export type TriggerSettings = HttpSettings | RedisSettings | { readonly kind: 'other' };

export type ComponentReference = { readonly at: SourceLocation } & (
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'inline'; readonly component: ComponentSection }
);

export interface WrittenTrigger {
  readonly type: string;
  readonly id: string | undefined;
  readonly component: ComponentReference | undefined;
  /** The key `components`: by role. */
  readonly roles: ReadonlyMap<string, readonly ComponentReference[]>;
  /** Middleware, by role. */
  readonly dependencies: ReadonlyMap<string, readonly DependencySection[]>;
  readonly settings: TriggerSettings;
  readonly at: SourceLocation;
}

/** Reads `trigger`: all triggers of all types, in file order within a type. */
export function readTriggers(entry: Entry): readonly WrittenTrigger[] {
  if (!entry.table) throw wrongType(entry, 'a table', 'write [[trigger.http]]');
  return entry.members.flatMap(ofType => {
    const help = `write ${ofType.title.replace(/^\[(.*)\]$/, '[[$1]]')}, with two brackets on each side`;
    if (!Array.isArray(ofType.value)) throw wrongType(ofType, 'an array', help);
    return ofType.elements.map(trigger => readTrigger(trigger, String(ofType.path.at(-1))));
  });
}

const commonKeys = ['id', 'component', 'components', 'dependencies'];

function readTrigger(entry: Entry, type: string): WrittenTrigger {
  if (type === 'http') refuseOtherKeys(entry, [...commonKeys, ...httpKeys]);
  if (type === 'redis') refuseOtherKeys(entry, [...commonKeys, 'channel', 'address']);
  const { components, ...fields } = readKnownKeys(entry, {
    id: withDefault(string, ''),
    component: optional(readReference),
    components: withDefault(mapOf(oneOrMany(readReference)), new Map<string, readonly ComponentReference[]>()),
    dependencies: withDefault(mapOf(list(readMiddleware)), new Map<string, readonly DependencySection[]>()),
  });
  return { ...fields, type, id: fields.id || undefined, roles: components, settings: readSettings(entry, type), at: entry.at };
}

function readReference(entry: Entry): ComponentReference {
  const { at } = entry;
  if (typeof entry.value === 'string') return { kind: 'id', id: identifier(componentId)(entry), at };
  if (!entry.table) throw wrongType(entry, 'a string or a table', 'write the id of a component');
  return { kind: 'inline', component: readComponent(entry), at };
}

/** The trigger of a component of version 1, which is written in the component: nothing but what its type has. */
export function readTriggerOf(entry: Entry, type: string): TriggerSettings {
  if (type === 'http') {
    refuseOtherKeys(entry, ['route', 'executor']);
    return readComponentHttpSettings(entry);
  }
  if (type === 'redis') refuseOtherKeys(entry, ['channel', 'address']);
  return readSettings(entry, type);
}

function readSettings(entry: Entry, type: string): TriggerSettings {
  if (type === 'http') return readHttpSettings(entry);
  if (type !== 'redis') return { kind: 'other' };
  const fields = readKnownKeys(entry, {
    channel: required(located(string), 'channel = "messages"'),
    address: optional(located(string)),
  });
  return { kind: 'redis', ...fields };
}
