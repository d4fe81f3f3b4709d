// IP addresses and networks in CIDR notation, without a socket: which address is in which network.

export interface IpAddress {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** An IPv4 or IPv6 address (without brackets); undefined for anything else. IPv4 inside of IPv6 (`::ffff:1.2.3.4`) is IPv4. */
export function parseAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

export class IpNetwork {
  /** As it was written. */
  readonly text: string;
  readonly #family: 4 | 6;
  readonly #prefix: bigint;
  readonly #hostBits: bigint;

  private constructor(text: string, address: IpAddress, prefixLength: number) {
    this.text = text;
    this.#family = address.family;
    this.#hostBits = BigInt((address.family === 4 ? 32 : 128) - prefixLength);
    this.#prefix = address.bits >> this.#hostBits;
  }

  /** `10.0.0.0/8`, `ff00::/8`, `[ff00::]/8`. Bits behind the prefix are ignored. Undefined when it is no network. */
  static parse(text: string): IpNetwork | undefined {
    const match = /^(\[[^\]]+\]|[^[\]]+)\/(\d{1,3})$/.exec(text);
    if (!match) return undefined;
    const [, host = '', length = ''] = match;
    const bare = host.replace(/^\[|\]$/g, '');
    const address = bare.includes(':') ? parseIpv6Bits(bare) : parseIpv4(bare);
    if (!address || Number(length) > (address.family === 4 ? 32 : 128)) return undefined;
    return new IpNetwork(text, address, Number(length));
  }

  has({ family, bits }: IpAddress): boolean {
    if (family === this.#family) return bits >> this.#hostBits === this.#prefix;
    // A network of IPv6 that holds all of IPv4 as IPv6 writes it.
    return family === 4 && (mapped | bits) >> this.#hostBits === this.#prefix;
  }
}

/** `::ffff:0:0/96`, where IPv6 has IPv4. */
const mapped = 0xffffn << 32n;

function parseIpv4(text: string): IpAddress | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some(byte => byte > 255)) return undefined;
  return { family: 4, bits: bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n) };
}

function parseIpv6(text: string): IpAddress | undefined {
  const address = parseIpv6Bits(text);
  return address && address.bits >> 32n === 0xffffn ? { family: 4, bits: address.bits & 0xffff_ffffn } : address;
}

function parseIpv6Bits(text: string): IpAddress | undefined {
  if (!URL.canParse(`http://[${text}]/`)) return undefined;
  // A URL has the address in its shortest form, in hexadecimal only.
  const { hostname } = new URL(`http://[${text}]/`);
  const [left = '', right] = hostname.slice(1, -1).split('::');
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0n), ...tail];
  return { family: 6, bits: all.reduce((bits, group) => (bits << 16n) | group, 0n) };
}

const groups = (text: string): bigint[] => (text === '' ? [] : text.split(':').map(group => BigInt(`0x${group}`)));
