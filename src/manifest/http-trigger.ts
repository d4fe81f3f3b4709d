// What only an HTTP trigger has (spin-behaviour 1.16). The grammar of routes is the HTTP trigger's own business.
import type { Entry, Located } from './entry.ts';
import { invalidValue, missingKey, wrongType } from './mistakes.ts';
import {
  boolean,
  integer,
  located,
  mapOf,
  optional,
  readKnownKeys,
  readTable,
  required,
  string,
  withDefault,
} from './readers.ts';

export type RouteSection = string | { readonly private: true };

export type ExecutorSection =
  | { readonly kind: 'http' }
  | { readonly kind: 'wagi'; readonly argv: string; readonly entrypoint: string };

export interface StaticResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | undefined;
}

export interface HttpSettings {
  readonly kind: 'http';
  readonly route: Located<RouteSection>;
  readonly executor: Located<ExecutorSection>;
  /** Instead of a component. */
  readonly staticResponse: Located<StaticResponse> | undefined;
}

export const httpKeys: readonly string[] = ['route', 'executor', 'static_response'];

export function readHttpSettings(entry: Entry): HttpSettings {
  const fields = readKnownKeys(entry, {
    route: required(located(readRoute), 'route = "/..."'),
    executor: withDefault(located(readExecutor), { value: { kind: 'http' }, at: entry.at }),
    static_response: optional(located(readStaticResponse)),
  });
  const component = entry.member('component');
  if (!component && !fields.static_response) throw missingKey(entry, 'component', 'component = "<component id>"');
  if (component && fields.static_response) {
    throw invalidValue(component, 'the trigger has both `component` and `static_response`', 'keep the one that is to answer');
  }
  return { kind: 'http', route: fields.route, executor: fields.executor, staticResponse: fields.static_response };
}

function readRoute(entry: Entry): RouteSection {
  if (typeof entry.value === 'string') return entry.value;
  if (!entry.table) throw wrongType(entry, 'a string or a table', 'write a path such as "/..." or { private = true }');
  const fields = readTable(entry, { private: required(boolean, 'private = true') });
  if (fields.private) return { private: true };
  throw invalidValue(
    entry,
    '`private = false` is not a route',
    'write the route as a string such as "/...", or { private = true }',
  );
}

function readExecutor(entry: Entry): ExecutorSection {
  if (!entry.table) throw wrongType(entry, 'a table', 'write { type = "http" }');
  const type = entry.member('type');
  if (type && string(type) === 'wagi') {
    const fields = readTable(entry, {
      type: required(string, ''),
      argv: withDefault(string, '${SCRIPT_NAME} ${ARGS}'),
      entrypoint: withDefault(string, '_start'),
    });
    return { kind: 'wagi', argv: fields.argv, entrypoint: fields.entrypoint };
  }
  const fields = readTable(entry, { type: required(string, 'type = "http"') });
  // `spin` is the old name of the HTTP executor.
  if (type && fields.type !== 'http' && fields.type !== 'spin') {
    throw invalidValue(type, `there is no executor ${JSON.stringify(fields.type)}`, 'write "http" or "wagi"');
  }
  return { kind: 'http' };
}

function readStaticResponse(entry: Entry): StaticResponse {
  const fields = readTable(entry, {
    status_code: withDefault(readStatus, 200),
    headers: withDefault(mapOf(string), new Map<string, string>()),
    body: optional(string),
  });
  return { status: fields.status_code, headers: fields.headers, body: fields.body };
}

function readStatus(entry: Entry): number {
  const status = Number(integer(entry));
  if (status >= 100 && status <= 999) return status;
  throw invalidValue(entry, `${status} is not an HTTP status`, 'write a number from 100 to 999');
}
