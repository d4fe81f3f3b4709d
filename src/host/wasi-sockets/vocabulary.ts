// The types of wasi:sockets/network 0.2, as WIT values.
import {
  alias,
  enumeration,
  record,
  resource,
  tuple,
  u16,
  u32,
  u8,
  variant,
  type Js,
  type WitResource,
} from '../../wit/types.ts';

export const errorCode = enumeration('error-code', [
  'unknown',
  'access-denied',
  'not-supported',
  'invalid-argument',
  'out-of-memory',
  'timeout',
  'concurrency-conflict',
  'not-in-progress',
  'would-block',
  'invalid-state',
  'new-socket-limit',
  'address-not-bindable',
  'address-in-use',
  'remote-unreachable',
  'connection-refused',
  'connection-reset',
  'connection-aborted',
  'datagram-too-large',
  'name-unresolvable',
  'temporary-resolver-failure',
  'permanent-resolver-failure',
]);
export type ErrorCode = Js<typeof errorCode>;

/** Addresses, for one version: each has its own types, as a component sees them. */
export function declareAddresses() {
  const ipv4Address = alias('ipv4-address', tuple(u8, u8, u8, u8));
  const ipv6Address = alias('ipv6-address', tuple(u16, u16, u16, u16, u16, u16, u16, u16));
  const ipv4SocketAddress = record('ipv4-socket-address', { port: u16, address: ipv4Address });
  const ipv6SocketAddress = record('ipv6-socket-address', {
    port: u16,
    'flow-info': u32,
    address: ipv6Address,
    'scope-id': u32,
  });
  return {
    ipAddressFamily: enumeration('ip-address-family', ['ipv4', 'ipv6']),
    ipAddress: variant('ip-address', { ipv4: ipv4Address, ipv6: ipv6Address }),
    ipSocketAddress: variant('ip-socket-address', { ipv4: ipv4SocketAddress, ipv6: ipv6SocketAddress }),
  };
}

type Addresses = ReturnType<typeof declareAddresses>;
const addresses: Addresses = declareAddresses();

export const ipAddressFamily: Addresses['ipAddressFamily'] = addresses.ipAddressFamily;
export type Family = Js<typeof ipAddressFamily>;

export const ipAddress: Addresses['ipAddress'] = addresses.ipAddress;
export const ipSocketAddress: Addresses['ipSocketAddress'] = addresses.ipSocketAddress;
export type SocketAddress = Js<typeof ipSocketAddress>;

/** The right to use the network; there is one, and what it allows is asked at each use. */
export interface Network {
  readonly kind: 'network';
}

export const networkResource: WitResource<Network> = resource<Network>('network');
