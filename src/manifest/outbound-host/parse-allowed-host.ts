// Reads one entry of `allowed_outbound_hosts` (spin-behaviour 1.11): `scheme://host[:port]`, each with its wildcards.
import { IpNetwork } from '../../util/ip-network.ts';
import { componentDomain, type AllowedHost, type HostRule, type PortRule } from './allowed-host.ts';
import { canonicalHost } from './host-name.ts';
import { parsePort, wellKnownPort } from './ports.ts';

/** What is wrong with an entry; `help` says how to write it. */
export class InvalidAllowedHost extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
}

const example = 'write scheme://host:port, e.g. "https://example.com" or "redis://localhost:6379"';

/** Without templates. Throws InvalidAllowedHost. */
export function parseAllowedHost(written: string): AllowedHost {
  const entry = written.trim();
  const [, scheme, rest] = /^(.*?):\/\/(.*)$/s.exec(entry) ?? [];
  if (scheme === undefined || rest === undefined) throw withoutScheme(entry);
  const name = parseScheme(entry, scheme);
  const { host: hostText, port: portText, path } = split(rest);
  refusePath(entry, path);
  const host = parseHost(entry, hostText);
  const rule = host.kind === 'subdomains' && host.of === componentDomain && /^https?$/.test(name) ? components : host;
  return { scheme: name, host: rule, port: parsePortRule(entry, name, portText) };
}

const components: HostRule = { kind: 'components' };

const invalid = (entry: string, why: string, help: string = example): InvalidAllowedHost =>
  new InvalidAllowedHost(`${JSON.stringify(entry)} is not an allowed outbound host: ${why}`, help);

function withoutScheme(entry: string): InvalidAllowedHost {
  if (entry === 'insecure:allow-all') {
    return invalid(entry, 'it is of the older allowed_http_hosts', 'write "*://*:*" to allow every host');
  }
  if (entry === '*') return invalid(entry, 'it has no scheme and no port', 'write "*://*:*" to allow every host');
  if (entry === '') return invalid(entry, 'it is empty', `remove it, or ${example}`);
  if (entry === '?' || entry === ':') return invalid(entry, 'it names no host');
  if (entry.startsWith('{')) return invalid(entry, 'it has no scheme, and lists in { } are not supported');
  const help = /^[\w.*-]+(:[\d*.]+)?\/?$/.test(entry) ? `write the scheme before it, e.g. "https://${entry}"` : example;
  return invalid(entry, 'it has no scheme', help);
}

function parseScheme(entry: string, scheme: string): string {
  if (scheme === '*') return scheme;
  if (scheme.includes('{')) throw invalid(entry, 'lists of schemes in { } are not supported', 'write an entry for each scheme');
  if (scheme === '') throw invalid(entry, 'it has no scheme', 'write one, e.g. https, or * for any');
  if (!/^[a-z]+$/i.test(scheme)) throw invalid(entry, `the scheme ${JSON.stringify(scheme)} has more than letters`);
  return scheme.toLowerCase();
}

interface SplitEntry {
  readonly host: string;
  /** Undefined when there is no colon. */
  readonly port: string | undefined;
  /** With its slash; `''` for none. */
  readonly path: string;
}

/** A network's length is behind a slash as a path is: `10.0.0.0/8:80`, `[ff00::]/8`, `ff00::/8`. */
function split(rest: string): SplitEntry {
  const network = /^(\[[0-9a-f:.]+\]\/\d+|\d+\.\d+\.\d+\.\d+\/\d+|[0-9a-f]*:[0-9a-f:.]*\/\d+)(?::([^/]*))?(\/.*)?$/is.exec(rest);
  const parts = network ?? /^(\[[^\]]*\]|[^:/]*)(?::([^/]*))?(.*)$/s.exec(rest);
  const [, host = rest, port, path = ''] = parts ?? [];
  return { host, port, path };
}

function refusePath(entry: string, path: string): void {
  if (path === '' || path === '/') return;
  if (path.startsWith('/')) {
    throw invalid(entry, `it has the path ${path}`, 'leave the path out: hosts are allowed, not single pages');
  }
  throw invalid(entry, `${JSON.stringify(path)} behind the host is not understood`);
}

function parseHost(entry: string, host: string): HostRule {
  if (host === '*') return { kind: 'any' };
  // `self.alt` is what the library in JavaScript writes for it.
  if (/^self(\.alt)?$/i.test(host)) return { kind: 'self' };
  if (host === '') throw invalid(entry, 'it has no host', 'write one, or * for any');
  if (host.includes('{')) throw invalid(entry, 'lists of hosts in { } are not supported', 'write an entry for each host');
  if (host.includes('/')) {
    const network = IpNetwork.parse(host);
    if (!network) throw invalid(entry, `${host} is not a network`, 'write an address and a length, e.g. 10.0.0.0/8');
    return { kind: 'network', network };
  }
  if (host.startsWith('*.')) return subdomains(entry, host.slice(2));
  if (host.includes('*')) throw starInside(entry);
  const canonical = canonicalHost(host);
  if (canonical === undefined) throw invalid(entry, `${JSON.stringify(host)} is not a host`);
  return { kind: 'exact', host: canonical };
}

function subdomains(entry: string, of: string): HostRule {
  if (of.includes('*')) throw starInside(entry);
  const canonical = canonicalHost(of);
  if (canonical === undefined || !/[a-z]/.test(canonical) || canonical.includes(':')) {
    throw invalid(entry, `${JSON.stringify(of)} behind *. is not a domain`, 'write a domain, e.g. *.example.com');
  }
  return { kind: 'subdomains', of: canonical };
}

const starInside = (entry: string): InvalidAllowedHost =>
  invalid(entry, 'a * stands inside the host', 'write * alone for any host, or *.example.com for all below a domain');

function parsePortRule(entry: string, scheme: string, port: string | undefined): PortRule {
  if (port === undefined) {
    const known = wellKnownPort(scheme);
    if (known !== undefined) return { kind: 'one', port: known };
    const why = scheme === '*' ? 'a * for the scheme needs a port' : `the scheme ${scheme} has no port of its own`;
    throw invalid(entry, `it has no port, and ${why}`, `add one, e.g. "${entry.replace(/\/$/, '')}:8080", or :* for any`);
  }
  if (port === '*') return { kind: 'any' };
  if (port.includes('{')) throw invalid(entry, 'lists of ports in { } are not supported', 'write an entry for each port');
  const range = /^(.*?)\.\.(.*)$/.exec(port);
  return range ? portRange(entry, range[1] ?? '', range[2] ?? '') : onePort(entry, port);
}

function onePort(entry: string, text: string): PortRule {
  const port = parsePort(text);
  if (port !== undefined) return { kind: 'one', port };
  throw invalid(entry, `${JSON.stringify(text)} is not a port`, 'a port is a number up to 65535, a range a..b, or * for any');
}

function portRange(entry: string, from: string, to: string): PortRule {
  const start = parsePort(from);
  const end = parsePort(to);
  if (start === undefined || end === undefined) {
    throw invalid(
      entry,
      `${JSON.stringify(`${from}..${to}`)} is not a range of ports`,
      'write a..b with two numbers up to 65535',
    );
  }
  if (end <= start) {
    throw invalid(entry, `the range ${from}..${to} has no port in it`, 'write a..b, of which b is not part, e.g. 8000..9000');
  }
  return { kind: 'range', start, end };
}
