// Mistakes with the address to serve on.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { soundApp } from './app-files.ts';
import type { Arranged, Mistake, Place } from './mistake.ts';

const app = { files: soundApp, soundComponent: true, exit: 1 } as const;

async function takePort(_: Place, t: TestContext): Promise<Arranged> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { argv: ['up', '--listen', `127.0.0.1:${(server.address() as AddressInfo).port}`] };
}

export const listenMistakes: readonly Mistake[] = [
  { ...app, name: 'the port is in use', argv: ['up', '--listen', '127.0.0.1:<port>'], arrange: takePort },
  {
    ...app,
    name: 'the port is one of the system',
    argv: ['up', '--listen', '127.0.0.1:80'],
    // Of its own: nobody may not use the one of the user who runs the tests.
    soundComponent: false,
    asNobody: true,
  },
  { ...app, name: 'the host is another machine', argv: ['up', '--listen', '203.0.113.7:3000'] },
  { ...app, name: 'the host has no such name', argv: ['up', '--listen', 'no-such-host.invalid:3000'] },
];
