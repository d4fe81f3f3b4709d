// The `spin-*` headers by which a guest learns how its request was routed (spin-behaviour 2.3).
import type { RouteMatch } from './router.ts';

/** What of a request the headers are made of. */
export interface RoutedRequest {
  readonly scheme: string;
  /** The Host header; `''` when there is none. */
  readonly authority: string;
  /** Path and query as received. */
  readonly target: string;
  /** `ip:port` of the peer. */
  readonly clientAddress: string;
}

/** Names in lower case, in Spin's order. They are added to what the client sent, also where it sent the same names. */
export function spinHeaders(request: RoutedRequest, match: RouteMatch): (readonly [name: string, value: string])[] {
  const { scheme, authority, target, clientAddress } = request;
  const { written, normalised } = match.route;
  return [
    ['spin-path-info', match.trailingWildcard],
    ['spin-full-url', `${scheme}://${authority === '' ? 'localhost' : authority}${target}`],
    ['spin-matched-route', normalised],
    ['spin-base-path', '/'],
    ['spin-raw-component-route', written],
    ['spin-component-route', written.endsWith('/...') ? written.slice(0, -'/...'.length) : written],
    ['spin-client-addr', clientAddress],
    ...[...match.params].map(([name, value]) => [`spin-path-match-${headerName(name)}`, value] as const),
  ];
}

const headerName = (name: string): string => name.toLowerCase().replaceAll('_', '-');
