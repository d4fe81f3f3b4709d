// A host interface that needs a server, booted alone for one component that may connect to given hosts.
import type { TestContext } from 'node:test';
import type { HostInterface } from '../../../src/host/interface.ts';
import type { ServerAccess } from '../../../src/host/outbound/server-access.ts';
import { bootHost, type Booted } from '../harness.ts';

const at = { file: 'spin.toml', line: 1, column: 1, length: 1, text: '' };

export async function bootServer(
  t: TestContext,
  factory: HostInterface<ServerAccess>,
  allowed: readonly string[],
): Promise<Booted<ServerAccess>> {
  const allowedOutboundHosts = allowed.map(text => ({ value: text, at, parts: [{ kind: 'text', text } as const] }));
  const booted = await bootHost(factory, { components: [{ allowedOutboundHosts }] });
  t.after(() => {
    booted.end();
    return booted.host.close?.();
  });
  return booted;
}
