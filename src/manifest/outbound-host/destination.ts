// Where a component wants to connect to, as the rules of `allowed_outbound_hosts` see it (spin-behaviour 1.11).
import { canonicalHost } from './host-name.ts';
import { parsePort, wellKnownPort } from './ports.ts';

export interface Destination {
  /** In lower case. */
  readonly scheme: string;
  /** A domain in lower case, or an address without brackets. */
  readonly host: string;
  /** Undefined when none is written. */
  readonly port: number | undefined;
  /**
   * The address with its user information percent-encoded, so that a URL parser finds the same host in it: the client must be
   * given this one and not what the guest wrote.
   */
  readonly address: string;
}

/** Undefined when it cannot be understood: then it is denied. `defaultScheme`: for an address that has none. */
export function parseDestination(written: string, defaultScheme: string): Destination | undefined {
  const text = written.includes('://') ? written : `${defaultScheme}://${written}`;
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*)(.*)$/is.exec(text);
  if (!match) return undefined;
  const [, scheme = '', authority = '', rest = ''] = match;
  const at = authority.lastIndexOf('@');
  const split = splitPort(authority.slice(at + 1));
  const host = split && canonicalHost(split.host);
  if (!split || host === undefined) return undefined;
  const user = at < 0 ? '' : `${encodeUser(authority.slice(0, at))}@`;
  return {
    scheme: scheme.toLowerCase(),
    host,
    port: split.port,
    address: `${scheme}://${user}${split.host}${split.port === undefined ? '' : `:${split.port}`}${rest}`,
  };
}

/** `https://example.com:8443`: an entry of `allowed_outbound_hosts` that would allow it. */
export function entryFor({ scheme, host, port }: Destination): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  const needed = port ?? (wellKnownPort(scheme) === undefined ? '*' : undefined);
  return `${scheme}://${shown}${needed === undefined ? '' : `:${needed}`}`;
}

function splitPort(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const match = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(text);
  if (!match) return undefined;
  const [, host = '', written] = match;
  if (written === undefined || written === '') return { host, port: undefined };
  const port = parsePort(written);
  return port === undefined ? undefined : { host, port };
}

/** A password may have a # or @; what is encoded already stays as it is. */
const encodeUser = (user: string): string =>
  user.replaceAll(/[^\w.~!$&'()*+,;=:%-]/gu, character => encodeURIComponent(character));
