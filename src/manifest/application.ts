// `[application]` (spin-behaviour 1.3).
import type { Entry, Located } from './entry.ts';
import { anyTable, list, located, mapOf, optional, readTable, required, string, withDefault } from './readers.ts';
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
    trigger: withDefault(readTriggerSettings, {}),
    tool: withDefault(mapOf(anyTable), new Map()),
  });
  const { name, version, description, authors, targets, trigger } = fields;
  return { name, version, description, authors, targets, httpBase: trigger.httpBase, redisAddress: trigger.redisAddress };
}

interface TriggerSettings {
  readonly httpBase?: Located<string> | undefined;
  readonly redisAddress?: Located<string> | undefined;
}

/** `[application.trigger.<type>]`: those of types that Spin does not know are the type's own business. */
function readTriggerSettings(entry: Entry): TriggerSettings {
  mapOf(anyTable)(entry);
  const http = entry.member('http');
  const redis = entry.member('redis');
  return {
    httpBase: http && readTable(http, { base: optional(located(string)) }).base,
    redisAddress: redis && readTable(redis, { address: optional(located(string)) }).address,
  };
}
