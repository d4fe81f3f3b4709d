// What only an HTTP trigger has (spin-behaviour 1.16). The grammar of routes is the HTTP trigger's own business.
import type { Entry, Located } from './entry.ts';
import { invalidName, invalidValue, missingKey, wrongType } from './mistakes.ts';
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

export type ExecutorSection = { readonly kind: 'http' } | { readonly kind: 'wagi'; readonly argv: string };

export interface StaticResponse {
  /** From 200 to 999. */
  readonly status: number;
  /** Names in lower case, each once. */
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
  const settings = readComponentHttpSettings(entry);
  const { static_response: staticResponse } = readKnownKeys(entry, { static_response: optional(located(readStaticResponse)) });
  const component = entry.member('component');
  if (!component && !staticResponse) throw missingKey(entry, 'component', 'component = "<component id>"');
  if (component && staticResponse) {
    throw invalidValue(component, 'the trigger has both `component` and `static_response`', 'keep the one that is to answer');
  }
  return { ...settings, staticResponse };
}

/** Of a trigger that a component answers. */
export function readComponentHttpSettings(entry: Entry): HttpSettings {
  const { route, executor } = readKnownKeys(entry, {
    route: required(located(readRoute), 'route = "/..."'),
    executor: withDefault(located(readExecutor), { value: { kind: 'http' }, at: entry.at }),
  });
  return { kind: 'http', route, executor, staticResponse: undefined };
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
      entrypoint: withDefault(readEntrypoint, '_start'),
    });
    return { kind: 'wagi', argv: fields.argv };
  }
  const fields = readTable(entry, { type: required(string, 'type = "http"') });
  // `spin` is the old name of the HTTP executor.
  if (type && fields.type !== 'http' && fields.type !== 'spin') {
    throw invalidValue(type, `there is no executor ${JSON.stringify(fields.type)}`, 'write "http" or "wagi"');
  }
  return { kind: 'http' };
}

/** Spin runs no other function, so there is nothing to remember. */
function readEntrypoint(entry: Entry): string {
  const name = string(entry);
  if (name === '_start') return name;
  throw invalidValue(
    entry,
    `the entrypoint ${JSON.stringify(name)} is not supported: Spin runs _start only`,
    'remove `entrypoint`',
  );
}

function readStaticResponse(entry: Entry): StaticResponse {
  const fields = readTable(entry, {
    status_code: withDefault(readStatus, 200),
    headers: withDefault(readHeaders, new Map<string, string>()),
    body: optional(string),
  });
  return { status: fields.status_code, headers: fields.headers, body: fields.body };
}

/** Written by the server itself, to suit the connection and the body. */
const serversOwn = ['connection', 'content-length', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

function readHeaders(entry: Entry): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [written, member] of mapOf(member => member)(entry)) {
    const name = written.toLowerCase();
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
      throw invalidName(member, `${JSON.stringify(written)} is not the name of a header`, 'write letters, digits and dashes');
    }
    if (serversOwn.includes(name)) {
      throw invalidName(member, `the header ${written} is the server's own`, 'remove it: the server writes it as it has to be');
    }
    if (headers.has(name)) throw invalidName(member, `the header ${written} is given twice`, 'keep one of the two');
    headers.set(name, headerValue(member));
  }
  return headers;
}

function headerValue(entry: Entry): string {
  const value = string(entry);
  // Tab, and what is no control character: so no header can be smuggled in.
  const isFit = Buffer.from(value).every(byte => byte === 9 || (byte >= 32 && byte !== 127));
  if (isFit) return value;
  throw invalidValue(entry, `the header ${entry.key} has a control character in its value`, 'write it in one line');
}

function readStatus(entry: Entry): number {
  const status = Number(integer(entry));
  // After a 1xx the client would wait for the real response.
  if (status >= 200 && status <= 999) return status;
  throw invalidValue(entry, `${status} is not the status of an HTTP response`, 'write a number from 200 to 999');
}
