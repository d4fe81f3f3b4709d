// The host calls the listener of this event for every request.
declare function addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;

addEventListener('fetch', (event) => event.respondWith(handle(event.request)));

/** `POST /NAME` counts a visit, in Go; `GET /` shows all counts, from Python. */
async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method === 'POST') {
    const counted = await fetch(`http://counter.spin.internal${pathname}`, { method: 'POST' });
    return new Response(`${pathname} was visited ${await counted.text()} times\n`, { status: counted.status });
  }
  const counts = (await (await fetch('http://stats.spin.internal/')).json()) as Record<string, number>;
  const lines = Object.entries(counts).map(([path, count]) => `${path}: ${count}\n`);
  return new Response(lines.join('') || 'no visits yet\n', { headers: { 'content-type': 'text/plain' } });
}
