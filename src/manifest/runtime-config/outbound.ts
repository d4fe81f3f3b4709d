// `[outbound_http]` and `[outbound_networking]` (spin-behaviour 4).
import type { SourceLocation } from '../../errors.ts';
import type { Entry, Located } from '../entry.ts';
import { invalidValue } from '../mistakes.ts';
import { boolean, integer, list, located, optional, readTable, string, withDefault, type Reader } from '../readers.ts';

export interface OutboundHttpSection {
  /** Whether connections are kept for later requests. */
  readonly connectionPooling: boolean;
  /** Undefined: no limit. */
  readonly maxConnections: number | undefined;
  readonly maxConcurrentRequests: number | undefined;
}

export interface OutboundNetworkingSection {
  /** `private`, or addresses in CIDR notation. */
  readonly blockNetworks: readonly Located<string>[];
  readonly maxSocketConnections: number | undefined;
  readonly maxTotalConnections: number | undefined;
  readonly at: SourceLocation | undefined;
}

export const noOutbound: { readonly http: OutboundHttpSection; readonly networking: OutboundNetworkingSection } = {
  http: { connectionPooling: true, maxConnections: undefined, maxConcurrentRequests: undefined },
  networking: { blockNetworks: [], maxSocketConnections: undefined, maxTotalConnections: undefined, at: undefined },
};

export function readOutboundHttp(entry: Entry): OutboundHttpSection {
  const fields = readTable(entry, {
    connection_pooling: withDefault(boolean, true),
    max_connections: optional(count),
    max_concurrent_requests: optional(count),
  });
  const older = entry.member('max_concurrent_requests');
  if (older && fields.max_connections !== undefined) {
    const message = '`max_concurrent_requests` is the older name of `max_connections`, and both are given';
    throw invalidValue(older, message, 'leave it out');
  }
  return {
    connectionPooling: fields.connection_pooling,
    maxConnections: fields.max_connections,
    maxConcurrentRequests: fields.max_concurrent_requests,
  };
}

export function readOutboundNetworking(entry: Entry): OutboundNetworkingSection {
  const fields = readTable(entry, {
    block_networks: withDefault(list(located(string)), []),
    max_socket_connections: optional(count),
    max_total_connections: optional(count),
  });
  return {
    blockNetworks: fields.block_networks,
    maxSocketConnections: fields.max_socket_connections,
    maxTotalConnections: fields.max_total_connections,
    at: entry.keyAt,
  };
}

const count: Reader<number> = entry => {
  const value = integer(entry);
  if (value > 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw invalidValue(entry, `\`${entry.key}\` must be above zero, not ${value}`);
};
