// One entry of `allowed_outbound_hosts` as data, and what it allows (spin-behaviour 1.11).
import { parseAddress, type IpNetwork } from '../../util/ip-network.ts';
import type { Destination } from './destination.ts';
import { wellKnownPort } from './ports.ts';

export type HostRule =
  | { readonly kind: 'any' }
  /** `self`: the app's own routes. */
  | { readonly kind: 'self' }
  /** A domain in lower case, or an address without brackets. */
  | { readonly kind: 'exact'; readonly host: string }
  /** `*.example.com`: whatever is below it, not itself. */
  | { readonly kind: 'subdomains'; readonly of: string }
  /** `*.spin.internal`: each component of the app. */
  | { readonly kind: 'components' }
  | { readonly kind: 'network'; readonly network: IpNetwork };

export type PortRule =
  | { readonly kind: 'any' }
  | { readonly kind: 'one'; readonly port: number }
  /** `end` is not part of it. */
  | { readonly kind: 'range'; readonly start: number; readonly end: number };

export interface AllowedHost {
  /** In lower case; `*` for any. */
  readonly scheme: string;
  readonly host: HostRule;
  readonly port: PortRule;
}

/** Where components are reached from each other: `<id>.spin.internal`. */
export const componentDomain = 'spin.internal';

/** May a connection be made to it? `componentIds`: those of the app. */
export const isAllowed = (
  allowed: readonly AllowedHost[],
  destination: Destination,
  componentIds: ReadonlySet<string>,
): boolean => allowed.some(one => allows(one, destination, componentIds));

/** May a request be made to the app's own routes, without a host or to `self`? */
export const isSelfAllowed = (allowed: readonly AllowedHost[]): boolean =>
  allowed.some(({ scheme, host }) => (host.kind === 'any' || host.kind === 'self') && ['*', 'http', 'https'].includes(scheme));

/** The component that a host is the name of: `cart` for `cart.spin.internal`. */
export function componentOf(host: string): string | undefined {
  const suffix = `.${componentDomain}`;
  return host.endsWith(suffix) ? host.slice(0, -suffix.length) : undefined;
}

function allows({ scheme, host, port }: AllowedHost, to: Destination, componentIds: ReadonlySet<string>): boolean {
  return (scheme === '*' || scheme === to.scheme) && allowsHost(host, to.host, componentIds) && allowsPort(port, to);
}

function allowsHost(rule: HostRule, host: string, componentIds: ReadonlySet<string>): boolean {
  switch (rule.kind) {
    case 'any':
      return true;
    case 'self':
      return false;
    case 'exact':
      return rule.host === host;
    case 'subdomains':
      return host.endsWith(`.${rule.of}`);
    case 'components': {
      // Ids may have upper case, hosts have none.
      const id = componentOf(host);
      return id !== undefined && [...componentIds].some(one => one.toLowerCase() === id);
    }
    case 'network': {
      const address = parseAddress(host);
      return address !== undefined && rule.network.has(address);
    }
  }
}

function allowsPort(rule: PortRule, { scheme, port: given }: Destination): boolean {
  if (rule.kind === 'any') return true;
  const port = given ?? wellKnownPort(scheme);
  if (port === undefined) return false;
  return rule.kind === 'one' ? rule.port === port : rule.start <= port && port < rule.end;
}
