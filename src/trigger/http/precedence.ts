// Which of two routes is asked first, and in which order the start-up lines show them.
import type { Route, Segment } from './route.ts';

/** Spin's order of kinds: literal, param, wildcard, separator. Texts are not compared. */
const ranks: Readonly<Record<Segment['kind'], number>> = { literal: 0, param: 1, wildcard: 2, slash: 3, dot: 3 };

/**
 * A total order: negative when `a` is asked before `b`, 0 when the manifest's order decides.
 *
 * Spin's own comparison (`compareAsSpin`) is no order: it has `/foo` before `/foo/bar.txt` before `/foo/:x.:y` before
 * `/foo`, and which route Spin takes then depends on the manifest's order. Here a route without a wildcard is compared
 * as if an empty one followed, which makes it an order and decides like Spin between any two routes that have a path in
 * common (but for a param followed by `./`).
 */
export function compareRoutes(a: Route, b: Route): number {
  return compareRanks(endedRanks(a), endedRanks(b)) || compareEnds(a, b);
}

/**
 * The routes in the order in which Spin lists them. It differs from the order of `compareRoutes` only between routes
 * that have no path in common.
 */
export function listAsSpin<T>(routed: readonly T[], routeOf: (one: T) => Route): T[] {
  const listed: T[] = [];
  for (const one of routed) {
    const place = listed.findIndex(other => compareAsSpin(routeOf(one), routeOf(other)) < 0);
    listed.splice(place < 0 ? listed.length : place, 0, one);
  }
  return listed;
}

/** Kinds of segments from the left; where one route ends, more dots before fewer, then shorter before longer. */
export function compareAsSpin(a: Route, b: Route): number {
  const length = Math.min(a.segments.length, b.segments.length);
  return compareRanks(ranksOf(a).slice(0, length), ranksOf(b).slice(0, length)) || compareEnds(a, b);
}

/** Numbers from the left; the beginning of a list comes before the list. */
function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const compareEnds = (a: Route, b: Route): number => dotsOf(b) - dotsOf(a) || a.segments.length - b.segments.length;

const ranksOf = ({ segments }: Route): number[] => segments.map(({ kind }) => ranks[kind]);

/** The kinds of the route, and after them those of an empty wildcard if the route has none. */
function endedRanks(route: Route): number[] {
  const own = ranksOf(route);
  const last = route.segments.at(-1);
  if (last?.kind === 'wildcard') return own;
  const needsNoSlash = last === undefined || last.kind === 'dot' || (last.kind === 'literal' && last.text.endsWith('.'));
  return needsNoSlash ? [...own, ranks.wildcard] : [...own, ranks.slash, ranks.wildcard];
}

const dotsOf = ({ segments }: Route): number => segments.filter(({ kind }) => kind === 'dot').length;
