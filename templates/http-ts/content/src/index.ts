// The host calls the listener of this event for every request.
declare function addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;

addEventListener('fetch', (event) => event.respondWith(handle(event.request)));

async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  console.log(`${request.method} ${pathname}`);

  return new Response('Hello from TypeScript\n', {
    headers: { 'content-type': 'text/plain' },
  });
}
