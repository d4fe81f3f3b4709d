import { Kv, ResponseBuilder, Sqlite, Variables } from '@fermyon/spin-sdk';

// The host calls the listener of this event for every request.
declare function addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;

addEventListener('fetch', event =>
  event.respondWith(
    new Promise(resolve => {
      const failed = () => resolve(new Response(null, { status: 500 }));
      handler(event.request, new ResponseBuilder(resolve)).catch(failed);
    }),
  ),
);

/** The path of the request is the key, its body the value: a text, since this SDK makes JSON of bytes. */
async function handler(request: Request, response: ResponseBuilder): Promise<void> {
  const { pathname: key, searchParams } = new URL(request.url);
  const [asked] = searchParams;
  if (asked) return response.send(answer(...asked));
  const store = Kv.openDefault();

  switch (request.method) {
    case 'POST': {
      const value = await request.text();
      store.set(key, value);
      console.log(`Stored ${value.length} characters under ${key}`);
      return response.send();
    }
    case 'GET': {
      const value = store.get(key);
      return value === null || value === undefined ? response.status(404).send() : response.send(value);
    }
    case 'HEAD':
      return response.status(store.exists(key) ? 200 : 404).send();
    case 'DELETE':
      store.delete(key);
      return response.send();
    default:
      return response.status(405).send();
  }
}

/** What tests want to know: `?variable=NAME`, `?sql=STATEMENT`. */
function answer(name: string, value: string): string {
  if (name === 'variable') return String(Variables.get(value));
  const { columns, rows } = Sqlite.openDefault().execute(value, ['bound']);
  return JSON.stringify([columns, rows], (_, one) => (typeof one === 'bigint' ? Number(one) : one));
}
