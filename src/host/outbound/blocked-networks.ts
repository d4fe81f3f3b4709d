// `block_networks` of `[outbound_networking]`: addresses that no component may connect to, whatever it is allowed (spin-behaviour 4).
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { TspinError } from '../../errors.ts';
import type { OutboundNetworkingSection } from '../../manifest/runtime-config/outbound.ts';
import { IpNetwork, parseAddress } from '../../util/ip-network.ts';

/** `private`: what is not reachable by everybody (the special-purpose registries of IANA), and multicast. */
const privateNetworks: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/** All addresses of the host are blocked. */
export class DestinationProhibited extends Error {
  constructor(host: string) {
    super(`${host} is in a blocked network`);
  }
}

export class BlockedNetworks {
  readonly #networks: readonly IpNetwork[];

  private constructor(networks: readonly IpNetwork[]) {
    this.#networks = networks;
  }

  /** Throws TspinError for what is no network. */
  static of({ blockNetworks }: OutboundNetworkingSection): BlockedNetworks {
    const networks = blockNetworks.flatMap(({ value, at }) => {
      const parsed = (value === 'private' ? privateNetworks : [value]).map(asNetwork);
      return parsed.map(network => {
        if (network) return network;
        throw new TspinError('runtime-config-invalid', `${JSON.stringify(value)} is not a network`, {
          at,
          help: 'write "private", or addresses in CIDR notation, e.g. "10.0.0.0/8" or "1.2.3.4"',
        });
      });
    });
    return new BlockedNetworks(networks);
  }

  /** `address`: IPv4 or IPv6, without brackets. Anything else is not blocked. */
  blocks(address: string): boolean {
    // Of an address with a zone (fe80::1%eth0), the address counts.
    const parsed = parseAddress(address.replace(/%.*$/, ''));
    return parsed !== undefined && this.#networks.some(network => network.has(parsed));
  }

  /** For node's sockets: looks a name up and gives only addresses that may be connected to, so that those are what is connected to. */
  readonly lookup = (host: string, options: LookupOptions, done: LookupCallback): void => {
    systemLookup(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const permitted = found.filter(({ address }) => !this.blocks(address));
      const [first] = permitted;
      if (!first) return done(new DestinationProhibited(host), []);
      if (options.all) done(null, permitted);
      else done(null, first.address, first.family);
    });
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** An address alone is a network of one. */
const asNetwork = (text: string): IpNetwork | undefined =>
  IpNetwork.parse(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
