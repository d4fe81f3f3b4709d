// The ports that schemes have when none is written (spin-behaviour 1.11).

const ports: Readonly<Record<string, number>> = { http: 80, https: 443, postgres: 5432, mysql: 3306, redis: 6379, mqtt: 1883 };

/** Undefined: the scheme has none, so it has to be written. */
export const wellKnownPort = (scheme: string): number | undefined => (Object.hasOwn(ports, scheme) ? ports[scheme] : undefined);

export const schemesWithPort: readonly string[] = Object.keys(ports);

/** A decimal port number from 0 to 65535. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  return port !== undefined && port <= 65535 ? port : undefined;
}
