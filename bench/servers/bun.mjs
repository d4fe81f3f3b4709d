// bun bun.mjs PORT STATE: the tutorial on Bun.serve and bun:sqlite (WAL, synchronous=NORMAL as a Bun user would set it: no
// fsync before the answer), in a file of the folder STATE.
import { Database } from 'bun:sqlite';

const [, , port, state] = process.argv;
const database = new Database(`${state}/kv.sqlite3`, { create: true });
database.run('PRAGMA journal_mode = WAL');
database.run('PRAGMA synchronous = NORMAL');
database.run('CREATE TABLE IF NOT EXISTS kv (key TEXT PRIMARY KEY, value BLOB NOT NULL)');
const get = database.query('SELECT value FROM kv WHERE key = ?');
const set = database.query('INSERT INTO kv VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');

const server = Bun.serve({
  port: Number(port),
  hostname: '127.0.0.1',
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/hello') return new Response('hello');
    switch (request.method) {
      case 'POST':
        set.run(pathname, new Uint8Array(await request.arrayBuffer()));
        return new Response(null);
      case 'GET': {
        const row = get.get(pathname);
        return row === null ? new Response(null, { status: 404 }) : new Response(row.value);
      }
      default:
        return new Response(null, { status: 405 });
    }
  },
});
console.log(`Serving http://127.0.0.1:${server.port}`);
