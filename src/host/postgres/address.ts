// Where an address of PostgreSQL leads: a URL, or pairs `key=value`, with several hosts each, as the library in Spin reads them.

/** One place to connect to. */
export type PostgresHost =
  | { readonly kind: 'tcp'; readonly host: string; /** Undefined when none is written. */ readonly port: string | undefined }
  | { readonly kind: 'unix' };

/** An address that cannot be understood; its message says why, as Spin does. */
export class InvalidPostgresAddress extends Error {
  constructor(why: string) {
    super(`invalid connection string: ${why}`);
  }
}

const options: ReadonlySet<string> = new Set([
  'user',
  'password',
  'dbname',
  'options',
  'application_name',
  'sslmode',
  'sslnegotiation',
  'host',
  'hostaddr',
  'port',
  'connect_timeout',
  'tcp_user_timeout',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_retries',
  'target_session_attrs',
  'channel_binding',
  'load_balance_hosts',
]);

const defaultPort = '5432';

/** Throws InvalidPostgresAddress. */
export function parsePostgresAddress(address: string): readonly PostgresHost[] {
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(address) ?? [];
  const places = new Places();
  if (rest === undefined) {
    for (const [key, value] of pairs(address)) places.set(key, value);
  } else {
    readUrl(rest, places);
  }
  return places.hosts();
}

class Places {
  readonly #hosts: string[] = [];
  readonly #ports: string[] = [];

  set(key: string, value: string): void {
    if (!options.has(key)) throw new InvalidPostgresAddress(`unknown option \`${key}\``);
    if (key === 'host') this.#hosts.push(...value.split(','));
    if (key === 'port') this.#ports.push(...value.split(',').map(asPort));
  }

  addHost(host: string): void {
    this.#hosts.push(host);
  }

  /** The one port that is given counts for all hosts. */
  hosts(): PostgresHost[] {
    const [only] = this.#ports.length === 1 ? this.#ports : [];
    return this.#hosts.map((host, index) =>
      host.startsWith('/') ? { kind: 'unix' } : { kind: 'tcp', host, port: this.#ports[index] ?? only },
    );
  }
}

function asPort(text: string): string {
  if (text === '') return defaultPort;
  if (/^\+?\d{1,9}$/.test(text) && Number(text) <= 65535) return String(Number(text));
  throw new InvalidPostgresAddress('invalid value for option `port`');
}

function readUrl(rest: string, places: Places): void {
  const behindUser = rest.slice(rest.indexOf('@') + 1);
  const [, hosts = '', query] = /^([^/?]*)(?:\/[^?]*)?(?:\?(.*))?$/s.exec(behindUser) ?? [];
  for (const chunk of hosts === '' ? [] : hosts.split(',')) {
    const [, six, four = '', port] = /^(?:\[([^\]]*)\]|([^:[]*))(?::(.*))?$/s.exec(chunk) ?? [];
    if (six === undefined && chunk.startsWith('[')) throw new InvalidPostgresAddress('invalid value for option `host`');
    places.addHost(decoded(six ?? four));
    places.set('port', decoded(port ?? defaultPort));
  }
  for (const parameter of query === undefined || query === '' ? [] : query.split('&')) {
    const at = parameter.indexOf('=');
    if (at < 0) throw new InvalidPostgresAddress('unterminated parameter');
    const [key, value] = [decoded(parameter.slice(0, at)), decoded(parameter.slice(at + 1))];
    if (key === 'host') places.addHost(value);
    else places.set(key, value);
  }
}

function decoded(text: string): string {
  const bytes = Buffer.from(
    text.replaceAll(/%([0-9a-f]{2})|[^]/giu, (one: string, hex: string | undefined) =>
      hex === undefined ? Buffer.from(one).toString('latin1') : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  );
  return bytes.toString();
}

/** `host=localhost user='a b'`: blanks between pairs, a backslash before a character that counts as itself. */
function pairs(text: string): [string, string][] {
  const found: [string, string][] = [];
  const pair = /\s*([^\s=]+)\s*=\s*(?:'((?:\\[^]|[^'\\])*)'|((?:\\[^]|[^\s\\'])(?:\\[^]|[^\s\\])*))/gy;
  let end = 0;
  while (text.slice(end).trim() !== '') {
    const match = pair.exec(text);
    if (!match) throw new InvalidPostgresAddress(`not understood from byte ${Buffer.byteLength(text.slice(0, end))} on`);
    const [, key = '', quoted, plain = ''] = match;
    found.push([key, (quoted ?? plain).replaceAll(/\\([^])/g, '$1')]);
    end = pair.lastIndex;
  }
  return found;
}
