// node miniflare.mjs PORT STATE: Miniflare with worker.mjs and a namespace that it keeps in the folder STATE.
import { readFileSync } from 'node:fs';

import { Log, LogLevel, Miniflare } from 'miniflare';

const [, , port, state] = process.argv;
const miniflare = new Miniflare({
  host: '127.0.0.1',
  port: Number(port),
  modules: true,
  script: readFileSync(new URL('./worker.mjs', import.meta.url), 'utf8'),
  compatibilityDate: '2026-07-01',
  kvNamespaces: ['KV'],
  kvPersist: state,
  log: new Log(LogLevel.ERROR),
});
const url = await miniflare.ready;
console.log(`Serving ${url.href.replace(/\/$/, '')}`);
process.on('SIGTERM', () => {
  void miniflare.dispose().then(() => process.exit(0));
});
