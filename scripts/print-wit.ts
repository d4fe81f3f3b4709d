// Writes wit/<package>@<version>/package.wit from the declared host interfaces: node scripts/print-wit.ts
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hostInterfaces } from '../src/host/registry.ts';
import { witFiles } from '../src/wit/print.ts';

const root = new URL('../wit/', import.meta.url).pathname;
rmSync(root, { recursive: true, force: true });
for (const [path, text] of witFiles(hostInterfaces().flatMap(host => host.provides.map(({ wit }) => wit)))) {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, text);
}
