// Finds the trigger for a request's path, as Spin does (spin-behaviour 1.9). Knows no HTTP server.
import type { HttpTrigger } from '../../app/app.ts';
import { compareRoutes, listAsSpin } from './precedence.ts';
import { matchRoute, parseRoute, trimSlashes, type Route } from './route.ts';

export interface RouteMatch {
  readonly trigger: HttpTrigger;
  readonly route: Route;
  /** The part of the path that the wildcard took, with its leading slash and a trailing one; `''` without a wildcard. */
  readonly trailingWildcard: string;
  /** What `:name` segments took, raw, in the route's order; of a name that occurs twice the last. */
  readonly params: ReadonlyMap<string, string>;
}

export interface RoutedTrigger {
  readonly route: Route;
  readonly trigger: HttpTrigger;
}

/** What the user should know of the routes. Neither is fatal, in Spin as here. */
export type RouteNotice =
  /** `replaced` is never reached: a later trigger has the same route. */
  | { readonly kind: 'duplicate'; readonly route: Route; readonly replaced: HttpTrigger; readonly effective: HttpTrigger }
  /** Under `/.well-known/spin/`, where the host answers itself. */
  | { readonly kind: 'reserved'; readonly route: Route; readonly trigger: HttpTrigger };

export interface Router {
  /** Without private triggers, in the order in which the start-up lines show them. */
  readonly routes: readonly RoutedTrigger[];
  readonly notices: readonly RouteNotice[];
  /** `path` is raw (not decoded) and without its query. */
  readonly match: (path: string) => RouteMatch | undefined;
}

const reservedPrefix = '/.well-known/spin/';

/** Throws TspinError `invalid-route`. */
export function createRouter(triggers: readonly HttpTrigger[]): Router {
  const notices: RouteNotice[] = [];
  const byWritten = new Map<string, RoutedTrigger>();
  for (const trigger of triggers) {
    if (typeof trigger.route !== 'string') continue;
    const route = parseRoute(trigger.route, trigger.at);
    const replaced = byWritten.get(route.written);
    if (replaced) notices.push({ kind: 'duplicate', route, replaced: replaced.trigger, effective: trigger });
    // A Map keeps the place of a key that is set again: the later trigger takes the earlier one's place.
    byWritten.set(route.written, { route, trigger });
  }
  const routes = listAsSpin([...byWritten.values()], ({ route }) => route);
  for (const { route, trigger } of routes) {
    if (route.normalised.startsWith(reservedPrefix)) notices.push({ kind: 'reserved', route, trigger });
  }
  // Sorting is stable: the manifest's order decides between equals.
  const asked = [...byWritten.values()].toSorted((a, b) => compareRoutes(a.route, b.route));
  return { routes, notices, match: path => findMatch(asked, path) };
}

const noParams: ReadonlyMap<string, string> = new Map();

function findMatch(routes: readonly RoutedTrigger[], path: string): RouteMatch | undefined {
  const trimmed = trimSlashes(path);
  for (const { route, trigger } of routes) {
    const captures = matchRoute(route, trimmed);
    if (!captures) continue;
    return {
      trigger,
      route,
      trailingWildcard: trailingWildcard(captures.wildcard, path),
      params: captures.params.length > 0 ? new Map(captures.params) : noParams,
    };
  }
  return undefined;
}

/** The slash that separates the wildcard from what is before it belongs to it, and so does one at the path's end. */
function trailingWildcard(wildcard: string | undefined, path: string): string {
  if (wildcard === undefined) return '';
  const end = path.endsWith('/') ? '/' : '';
  return wildcard === '' ? end : `/${wildcard}${end}`;
}
