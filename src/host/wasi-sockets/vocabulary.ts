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

export const ipAddressFamily = enumeration('ip-address-family', ['ipv4', 'ipv6']);
export type Family = Js<typeof ipAddressFamily>;

const ipv4Address = alias('ipv4-address', tuple(u8, u8, u8, u8));
const ipv6Address = alias('ipv6-address', tuple(u16, u16, u16, u16, u16, u16, u16, u16));
export const ipAddress = variant('ip-address', { ipv4: ipv4Address, ipv6: ipv6Address });
const ipv4SocketAddress = record('ipv4-socket-address', { port: u16, address: ipv4Address });
const ipv6SocketAddress = record('ipv6-socket-address', {
  port: u16,
  'flow-info': u32,
  address: ipv6Address,
  'scope-id': u32,
});
export const ipSocketAddress = variant('ip-socket-address', { ipv4: ipv4SocketAddress, ipv6: ipv6SocketAddress });
export type SocketAddress = Js<typeof ipSocketAddress>;

/** The right to use the network; there is one, and what it allows is asked at each use. */
export interface Network {
  readonly kind: 'network';
}

export const networkResource: WitResource<Network> = resource<Network>('network');
