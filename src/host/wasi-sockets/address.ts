// Addresses of wasi:sockets as node has them, and back.
import { parseAddress } from '../../util/ip-network.ts';
import type { Family, SocketAddress } from './vocabulary.ts';

/** `127.0.0.1`, `0:0:0:0:0:0:0:1`, `fe80:0:0:0:0:0:0:1%2`. */
export function hostOf({ tag, val }: SocketAddress): string {
  if (tag === 'ipv4') return val.address.join('.');
  const text = val.address.map(group => group.toString(16)).join(':');
  return val.scopeId === 0 ? text : `${text}%${val.scopeId}`;
}

/** `127.0.0.1:80`, `[0:0:0:0:0:0:0:1]:80`: what the rules of `allowed_outbound_hosts` are asked for. */
export const destinationOf = (address: SocketAddress): string => {
  const host = hostOf(address).replace(/%.*$/, '');
  return `${address.tag === 'ipv4' ? host : `[${host}]`}:${address.val.port}`;
};

/** All addresses of this machine, and a port that the system chooses. */
export const unspecified = (family: Family): SocketAddress =>
  family === 'ipv4'
    ? { tag: 'ipv4', val: { port: 0, address: [0, 0, 0, 0] } }
    : { tag: 'ipv6', val: { port: 0, flowInfo: 0, address: [0, 0, 0, 0, 0, 0, 0, 0], scopeId: 0 } };

/** 0.0.0.0 or ::. */
export const isUnspecified = ({ val }: SocketAddress): boolean => val.address.every(part => part === 0);

/** Of the socket's family, and not IPv4 as IPv6 writes it: sockets of IPv6 have that family only. */
export function isOfFamily(address: SocketAddress, family: Family): boolean {
  return address.tag === family && (address.tag === 'ipv4' || parseAddress(hostOf(address))?.family !== 4);
}

/** Addresses that one may send to: with a port, and not all of this machine's. */
export const isRemote = (address: SocketAddress): boolean => address.val.port !== 0 && !isUnspecified(address);

/** One machine's, as a connection needs it: no multicast, no broadcast. */
export function isUnicast({ tag, val }: SocketAddress): boolean {
  const [first] = val.address;
  if (tag === 'ipv6') return first >> 8 !== 0xff;
  return first >> 4 !== 14 && val.address.some(part => part !== 255);
}

export const isSame = (one: SocketAddress, other: SocketAddress): boolean =>
  one.tag === other.tag && one.val.port === other.val.port && hostOf(one) === hostOf(other);

/** Undefined for what is no address. */
export function socketAddress(host: string, port: number): SocketAddress | undefined {
  const [text = '', zone = ''] = host.split('%');
  if (!text.includes(':')) {
    const [a, b, c, d] = text.split('.').map(Number);
    if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
    return { tag: 'ipv4', val: { port, address: [a, b, c, d] } };
  }
  const parsed = parseAddress(text);
  if (!parsed) return undefined;
  const bits = parsed.family === 4 ? (0xffffn << 32n) | parsed.bits : parsed.bits;
  const group = (index: number): number => Number((bits >> BigInt(16 * (7 - index))) & 0xffffn);
  const address = [group(0), group(1), group(2), group(3), group(4), group(5), group(6), group(7)] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { tag: 'ipv6', val: { port, flowInfo: 0, address, scopeId: /^\d+$/.test(zone) ? Number(zone) : 0 } };
}
