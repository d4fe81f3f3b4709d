// `[application]` (spin-behaviour 1.3).
import type { Entry, Located } from './entry.ts';
import { anyTable, list, located, mapOf, optional, readTable, required, string, withDefault, type Shape } from './readers.ts';
import { targetReference, type TargetReference } from './target.ts';

export interface ApplicationSection {
  readonly name: Located<string>;
  readonly version: string;
  readonly description: string;
  readonly authors: readonly string[];
  readonly targets: readonly TargetReference[];
  /** `base` of `[application.trigger.http]`. */
  readonly httpBase: Located<string> | undefined;
  /** `address` of `[application.trigger.redis]`. */
  readonly redisAddress: Located<string> | undefined;
}

export function readApplication(entry: Entry): ApplicationSection {
  const fields = readTable(entry, {
    name: required(located(string), 'name = "my-app"'),
    version: withDefault(string, ''),
    description: withDefault(string, ''),
    authors: withDefault(list(string), []),
    targets: withDefault(list(targetReference), []),
    trigger: withDefault(readTriggerTables, {}),
    tool: withDefault(mapOf(anyTable), new Map()),
  });
  const { name, version, description, authors, targets, trigger } = fields;
  return { name, version, description, authors, targets, httpBase: trigger.httpBase, redisAddress: trigger.redisAddress };
}

type TriggerTables = Partial<Pick<ApplicationSection, 'httpBase' | 'redisAddress'>>;

/** `[application.trigger.<type>]`: those of types that Spin does not know are the type's own business. */
function readTriggerTables(entry: Entry): TriggerTables {
  mapOf(anyTable)(entry);
  const http = entry.member('http');
  const redis = entry.member('redis');
  return {
    httpBase: http && readTriggerTable(http, 'http').httpBase,
    redisAddress: redis && readTriggerTable(redis, 'redis').redisAddress,
  };
}

/** What holds for all triggers of a type. `beside`: keys that the table has besides. */
export function readTriggerTable(
  entry: Entry,
  type: string,
  beside: Shape = {},
): Pick<ApplicationSection, 'httpBase' | 'redisAddress'> {
  const text = optional(located(string));
  if (type === 'http') return { httpBase: readTable(entry, { base: text, ...beside }).base, redisAddress: undefined };
  if (type === 'redis') return { httpBase: undefined, redisAddress: readTable(entry, { address: text, ...beside }).address };
  return { httpBase: undefined, redisAddress: undefined };
}
