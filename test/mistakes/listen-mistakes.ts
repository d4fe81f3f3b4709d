// Mistakes with the address to serve on.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { soundApp } from './app-files.ts';
import { repository, type Arranged, type Entry, type Mistake, type Place } from './mistake.ts';

const app = { files: soundApp, soundComponent: true, exit: 1 } as const;

async function takePort(_: Place, t: TestContext): Promise<Arranged> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { argv: ['up', '--listen', `127.0.0.1:${(server.address() as AddressInfo).port}`] };
}

/** Ten ports in a row, all of which are taken. */
async function takeTenPorts(_: Place, t: TestContext): Promise<Arranged> {
  for (let first = 20_000; first < 60_000; first += 10) {
    const taken = await Promise.all(Array.from({ length: 10 }, (_one, index) => take(first + index, t)));
    if (taken.every(Boolean)) return { argv: ['up', '--find-free-port', '--listen', `127.0.0.1:${first}`] };
  }
  throw new Error('no ten free ports in a row were found');
}

/** False when it was taken already. */
async function take(port: number, t: TestContext): Promise<boolean> {
  const server = createServer();
  t.after(() => server.close());
  return await once(server.listen(port, '127.0.0.1'), 'listening').then(
    () => true,
    () => false,
  );
}

const pem = (name: string): string => readFileSync(join(repository, 'test/tls', name), 'utf8');

const tlsFiles = (cert: Entry, key: Entry): Readonly<Record<string, Entry>> => ({
  ...soundApp,
  'cert.pem': cert,
  'key.pem': key,
});

const tls = { exit: 1, argv: ['up', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem'] } as const;

const damaged = (text: string): string => text.replace(/[A-Za-z0-9+/]{20}/, '####');

const tlsMistakes: readonly Mistake[] = [
  { ...tls, name: 'the certificate is missing', files: { ...soundApp, 'key.pem': pem('key.pem') } },
  { ...tls, name: 'the key is missing', files: { ...soundApp, 'cert.pem': pem('cert.pem') } },
  { ...tls, name: 'the certificate is a folder', files: tlsFiles({ kind: 'folder' }, pem('key.pem')) },
  { ...tls, name: 'the certificate is not PEM', files: tlsFiles(new Uint8Array([0x30, 0x82, 1, 2]), pem('key.pem')) },
  { ...tls, name: 'the key is not PEM', files: tlsFiles(pem('cert.pem'), 'secret') },
  { ...tls, name: 'the certificate and the key are exchanged', files: tlsFiles(pem('key.pem'), pem('cert.pem')) },
  { ...tls, name: 'the certificate is damaged', files: tlsFiles(damaged(pem('cert.pem')), pem('key.pem')) },
  { ...tls, name: 'the key is locked with a passphrase', files: tlsFiles(pem('cert.pem'), pem('locked-key.pem')) },
  { ...tls, name: 'the key is that of another certificate', files: tlsFiles(pem('cert.pem'), pem('other-key.pem')) },
];

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
  ...tlsMistakes,
  {
    ...app,
    name: 'the ports after it are in use as well',
    argv: ['up', '--find-free-port', '--listen', '127.0.0.1:<port>'],
    arrange: takeTenPorts,
  },
  { ...app, name: 'the host has no such name', argv: ['up', '--listen', 'no-such-host.invalid:3000'] },
];
