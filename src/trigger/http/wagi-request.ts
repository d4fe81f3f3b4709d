// A request as a CGI program sees it: its environment and its arguments (spin-behaviour 2.3, 2.4; RFC 3875).
import type { Entry } from '../../host/wasi-http/fields.ts';
import type { HttpRequest } from './exchange.ts';

/** What the program is told by its environment. `spinHeaders`: those that a component of HTTP would get. */
export function wagiEnvironment(
  request: HttpRequest,
  spinHeaders: readonly Entry[],
  { scriptName, bodyBytes }: { readonly scriptName: string; readonly bodyBytes: number },
): readonly (readonly [string, string])[] {
  const environment = new Map<string, string>();
  const { host, port } = splitAuthority(request.authority);
  const client = request.clientAddress.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  for (const [name, value] of Object.entries({
    AUTH_TYPE: '',
    CONTENT_LENGTH: String(bodyBytes),
    CONTENT_TYPE: '',
    GATEWAY_INTERFACE: 'CGI/1.1',
    QUERY_STRING: queryOf(request.target),
    REMOTE_ADDR: client,
    REMOTE_HOST: client,
    REMOTE_USER: '',
    REQUEST_METHOD: request.method,
    SCRIPT_NAME: scriptName,
    SERVER_NAME: host,
    SERVER_PORT: port,
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_SOFTWARE: 'WAGI/1',
  })) {
    environment.set(name, value);
  }
  for (const [name, bytes] of request.headers) {
    const value = visible(bytes);
    if (name === 'content-type') environment.set('CONTENT_TYPE', value ?? '');
    if (!kept.has(name)) environment.set(`HTTP_${metaName(name)}`, value ?? 'CORRUPT VALUE');
  }
  for (const [name, bytes] of spinHeaders) environment.set(spinName(name), Buffer.from(bytes).toString());
  const pathInfo = environment.get('PATH_INFO') ?? '';
  environment.set('X_RAW_PATH_INFO', pathInfo);
  environment.set('PATH_TRANSLATED', decoded(pathInfo));
  // The operating system's rule, which components follow.
  return [...environment].filter(([, value]) => !value.includes('\0'));
}

/** `argv` of the manifest with what it stands for, split at each space. */
export function wagiArguments(argv: string, target: string): readonly string[] {
  const [path = ''] = target.split('?');
  const args = queryOf(target).replaceAll('&', ' ');
  return argv
    .replaceAll('${SCRIPT_NAME}', () => path)
    .replaceAll('${ARGS}', () => args)
    .split(' ');
}

/**
 * Not told as HTTP_…: the first two by RFC 3875 4.1.18; HTTP_PROXY is what programs take for their proxy, so that a client could
 * choose it (CVE-2016-5385).
 */
const kept: ReadonlySet<string> = new Set(['authorization', 'connection', 'proxy']);

const metaName = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** `spin-path-info` is PATH_INFO, all others have an X_. */
const spinName = (name: string): string =>
  name === 'spin-path-info' ? 'PATH_INFO' : `X_${metaName(name.slice('spin-'.length))}`;

/** The text of a header of visible ASCII characters, as Spin takes them; undefined for others. */
function visible(bytes: Uint8Array): string | undefined {
  return bytes.every(byte => byte === 9 || (byte >= 32 && byte < 127)) ? Buffer.from(bytes).toString('latin1') : undefined;
}

function splitAuthority(authority: string): { host: string; port: string } {
  const [, host = 'localhost', port = '80'] = /^(.+?)(?::(\d+))?$/.exec(authority) ?? [];
  return { host, port };
}

const queryOf = (target: string): string => (target.includes('?') ? target.slice(target.indexOf('?') + 1) : '');

/** What is not UTF-8 is shown as a replacement character. */
const decoded = (path: string): string =>
  Buffer.from(
    path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();
