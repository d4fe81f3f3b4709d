// The host calls the listener of this event for every request.
addEventListener('fetch', (event) => event.respondWith(handle(event.request)));

/**
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function handle(request) {
  const { pathname } = new URL(request.url);
  console.log(`${request.method} ${pathname}`);

  return new Response('Hello from JavaScript\n', {
    headers: { 'content-type': 'text/plain' },
  });
}
