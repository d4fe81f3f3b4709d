// Adds to package-lock.json the optional packages of other platforms that the registry at hand did not list, so that
// `npm ci` accepts the lock everywhere. Run after `npm install` has changed the lock: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'win'];
const processors = [
  'arm64',
  'armv7l',
  'arm',
  'x64',
  'x86',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'wasm32',
];

for (const parent of Object.values(lock.packages)) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key]) continue;
    const words = name.split(/[-/]/);
    const os = words.find(word => systems.includes(word));
    const cpu = words.find(word => processors.includes(word)) ?? (words.includes('wasm32') ? 'wasm32' : undefined);
    lock.packages[key] = {
      version: range.replace(/^[\^~]/, ''),
      optional: true,
      ...(os && { os: [os === 'win' ? 'win32' : os] }),
      ...(cpu && { cpu: [cpu] }),
      ...(words.some(word => word.startsWith('musl')) && { libc: ['musl'] }),
    };
    process.stdout.write(`added ${name}\n`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
