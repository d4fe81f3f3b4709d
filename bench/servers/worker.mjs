// The tutorial as a Worker, for wrangler and Miniflare: the path is the key in the namespace KV, the body its value.
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/hello') return new Response('hello');
    switch (request.method) {
      case 'POST':
        await env.KV.put(pathname, await request.arrayBuffer());
        return new Response(null);
      case 'GET': {
        const value = await env.KV.get(pathname, 'arrayBuffer');
        return value === null ? new Response(null, { status: 404 }) : new Response(value);
      }
      default:
        return new Response(null, { status: 405 });
    }
  },
};
