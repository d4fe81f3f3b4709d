// `allowed_http_hosts`, which Spin had before `allowed_outbound_hosts`: converted to entries of that (spin-behaviour 1.11).
import { InvalidAllowedHost } from './parse-allowed-host.ts';

/** Entries of `allowed_outbound_hosts` that allow the same. Throws InvalidAllowedHost. */
export function convertAllowedHttpHost(written: string): readonly string[] {
  const host = written.trim();
  if (host === 'insecure:allow-all') return ['http://*:*', 'https://*:*', 'http://self'];
  if (host === 'self') return ['http://self'];
  const bare = host.replace(/\/$/, '');
  if (bare === '' || bare.includes('/')) {
    const why = bare.includes('://') ? 'it has a scheme' : bare === '' ? 'it is empty' : 'it has a path';
    throw new InvalidAllowedHost(
      `${JSON.stringify(written)} is not an allowed HTTP host: ${why}`,
      'write allowed_outbound_hosts = ["https://example.com"] instead: allowed_http_hosts is deprecated',
    );
  }
  return [`http://${bare}`, `https://${bare}`];
}
