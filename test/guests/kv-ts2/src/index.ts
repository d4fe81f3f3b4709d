import { Kv, ResponseBuilder } from '@fermyon/spin-sdk';

// The host calls the listener of this event for every request.
declare function addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;

addEventListener('fetch', event =>
  event.respondWith(new Promise(resolve => void handler(event.request, new ResponseBuilder(resolve)))),
);

/** The path of the request is the key, its body the value: a text, since this SDK makes JSON of bytes. */
async function handler(request: Request, response: ResponseBuilder): Promise<void> {
  const store = Kv.openDefault();
  const key = new URL(request.url).pathname;

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
