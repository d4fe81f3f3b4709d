// deno run deno.mjs PORT STATE: the tutorial on Deno.serve and Deno's own key-value store, in a file of the folder STATE.
const [port, state] = Deno.args;
const kv = await Deno.openKv(`${state}/kv.sqlite3`);

async function handle(request) {
  const { pathname } = new URL(request.url);
  if (pathname === '/hello') return new Response('hello');
  switch (request.method) {
    case 'POST':
      await kv.set([pathname], new Uint8Array(await request.arrayBuffer()));
      return new Response(null);
    case 'GET': {
      const { value } = await kv.get([pathname]);
      return value === null ? new Response(null, { status: 404 }) : new Response(value);
    }
    default:
      return new Response(null, { status: 405 });
  }
}

Deno.serve(
  { port: Number(port), hostname: '127.0.0.1', onListen: ({ port: found }) => console.log(`Serving http://127.0.0.1:${found}`) },
  handle,
);
