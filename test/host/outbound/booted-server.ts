// A host interface that needs a server, booted alone for one component that may connect to given hosts.
import type { TestContext } from 'node:test';
import type { App } from '../../../src/app/app.ts';
import type { HostInterface } from '../../../src/host/interface.ts';
import type { ServerAccess } from '../../../src/host/outbound/server-access.ts';
import { bootHost, type Booted } from '../harness.ts';
import { entries } from '../outbound-http/servers.ts';

export async function bootServer(
  t: TestContext,
  factory: HostInterface<ServerAccess>,
  allowed: readonly string[],
  app: Partial<App> = {},
): Promise<Booted<ServerAccess>> {
  const booted = await bootHost(factory, { components: [{ allowedOutboundHosts: entries(...allowed) }], app });
  t.after(() => {
    booted.end();
    return booted.host.close?.();
  });
  return booted;
}
