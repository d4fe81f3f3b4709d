import { Store } from 'kv';

// The host calls the listener of this event for every request.
declare function addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;

addEventListener('fetch', (event) => event.respondWith(handle(event.request)));

/** The path of the request is the key, its body the value. */
async function handle(request: Request): Promise<Response> {
  const store = Store.open('default');
  const key = new URL(request.url).pathname;

  switch (request.method) {
    case 'POST': {
      const value = new Uint8Array(await request.arrayBuffer());
      store.set(key, value);
      console.log(`Stored ${value.length} bytes under ${key}`);
      return new Response(null, { status: 200 });
    }
    case 'GET': {
      const value = store.get(key);
      return value === undefined ? new Response(null, { status: 404 }) : new Response(value);
    }
    case 'HEAD':
      return new Response(null, { status: store.exists(key) ? 200 : 404 });
    case 'DELETE':
      store.delete(key);
      return new Response(null, { status: 200 });
    default:
      return new Response(null, { status: 405 });
  }
}
