// The `spin-*` headers by which a guest learns how its request was routed (spin-behaviour 2.3).
import type { Entry } from '../../host/wasi-http/fields.ts';
import type { Route } from './route.ts';
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

export class SpinHeaders {
  /** Those that every request to a route gets. */
  readonly #fixed = new WeakMap<Route, readonly Entry[]>();

  /** Adds them, in Spin's order, names in lower case: to what the client sent, also where it sent the same names. */
  add(entries: Entry[], request: RoutedRequest, { route, trailingWildcard, params }: RouteMatch): void {
    const { scheme, authority, target, clientAddress } = request;
    entries.push(
      entry('spin-path-info', trailingWildcard),
      entry('spin-full-url', `${scheme}://${authority === '' ? 'localhost' : authority}${target}`),
    );
    for (const fixed of this.#of(route)) entries.push(fixed);
    entries.push(entry('spin-client-addr', clientAddress));
    for (const [name, value] of params) entries.push(entry(`spin-path-match-${headerName(name)}`, value));
  }

  #of(route: Route): readonly Entry[] {
    let fixed = this.#fixed.get(route);
    if (!fixed) {
      const { written, normalised } = route;
      fixed = [
        entry('spin-matched-route', normalised),
        entry('spin-base-path', '/'),
        entry('spin-raw-component-route', written),
        entry('spin-component-route', written.endsWith('/...') ? written.slice(0, -'/...'.length) : written),
      ];
      this.#fixed.set(route, fixed);
    }
    return fixed;
  }
}

const entry = (name: string, value: string): Entry => [name, Buffer.from(value, 'latin1')];

const headerName = (name: string): string => name.toLowerCase().replaceAll('_', '-');
