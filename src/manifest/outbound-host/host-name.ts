// The name of a host as rules and destinations compare it: a domain in lower case and ASCII, or an address in its one form.

/** `Example.COM` to `example.com`, `[0::1]` to `::1`, `127.1` to `127.0.0.1`; undefined when it can be no host. */
export function canonicalHost(written: string): string | undefined {
  if (written === '' || /[\s/?#@\\%]/.test(written) || !URL.canParse(`http://${written}/`)) return undefined;
  const { hostname, port } = new URL(`http://${written}/`);
  return port === '' && hostname !== '' ? hostname.replace(/^\[|\]$/g, '') : undefined;
}
