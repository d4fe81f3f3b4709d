// The values of options: text -> what it stands for, or a message with what was found and an example.
import { TspinError } from '../errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`; an IPv6 address in brackets. */
export function parseListenAddress(text: string): ListenAddress {
  const [, ipv6, name, digits] = /^(?:\[([\da-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new TspinError(
    'option-invalid-value',
    `--listen (SPIN_HTTP_LISTEN_ADDR) takes an address and a port, and got "${text}"`,
    {
      help: 'for example: --listen 127.0.0.1:3000, or --listen [::1]:0 for a free port on IPv6',
    },
  );
}

/** `KEY=VALUE` pairs of a repeated option, split at the first `=`. */
export function parsePairs(option: string, texts: readonly string[]): readonly (readonly [string, string])[] {
  return texts.map(text => {
    const equals = text.indexOf('=');
    if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
    const found = equals === 0 ? 'has no key before the "="' : 'has no "="';
    throw new TspinError('option-invalid-value', `--${option} takes KEY=VALUE, and "${text}" ${found}`, {
      help: `for example: --${option} greeting=hello`,
    });
  });
}
