// The mistakes that guests in TypeScript make most, by path. Their names are those in test/apps/common-mistakes.test.ts.
import { Store, variable } from 'host';

interface FetchEvent {
  readonly request: Request;
  respondWith(response: unknown): void;
}
declare function addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;

addEventListener('fetch', event => {
  const mistake = new URL(event.request.url).pathname.slice(1);
  if (mistake === 'no-response') return;
  if (mistake === 'two-responses') {
    event.respondWith(new Response('first'));
    event.respondWith(new Response('second'));
    return;
  }
  if (mistake === 'throw-in-listener') throw new Error('thrown by the listener itself');
  event.respondWith(answer(mistake, event.request));
});

interface Cart {
  readonly customer?: { readonly name: string };
}

async function answer(mistake: string, request: Request): Promise<unknown> {
  console.error(`about to make the mistake ${mistake}`);
  switch (mistake) {
    case 'throw':
      throw new Error('the cart is empty');
    case 'throw-a-string':
      // oxlint-disable-next-line no-throw-literal -- a mistake
      throw 'the cart is a string';
    case 'throw-with-cause':
      throw new Error('the order failed', { cause: new Error('the cart is empty') });
    case 'undefined':
      return new Response(nameOf({}));
    case 'reject':
      return await later(Promise.reject(new Error('nobody pays')));
    case 'bad-json':
      return new Response(JSON.stringify(JSON.parse('{"total": 1,}')));
    case 'wrong-content-type':
      // It takes what is no JSON for JSON.
      return new Response(String((await request.json()) as string));
    case 'recursion':
      return new Response(String(depth(0)));
    case 'endless-loop':
      for (;;);
    case 'endless-wait':
      return await new Promise(() => setTimeout(() => {}, 3_600_000));
    case 'out-of-memory':
      return new Response(String(fill().length));
    case 'denied-host':
      return await fetch('https://example.com/prices');
    case 'denied-store':
      return new Response(Store.open('carts').get('mine'));
    case 'missing-variable':
      return new Response(variable('api_token'));
    case 'no-response-object':
      return undefined;
    case 'not-a-response':
      return { status: 200, body: 'a plain object' };
    case 'bad-status':
      return new Response('odd', { status: 1000 });
    case 'bad-header':
      return new Response('odd', { headers: { 'x-note': 'two\nlines' } });
    case 'body-used-twice':
      await request.text();
      return new Response(await request.text());
    case 'body-fails':
      return new Response(failing());
    case 'body-never-ends':
      return new Response(unending());
    default:
      return new Response('no such mistake', { status: 404 });
  }
}

const nameOf = (cart: Cart): string => cart.customer!.name;

const later = async (promise: Promise<never>): Promise<never> => await promise;

function depth(level: number): number {
  return depth(level + 1) + 1;
}

function fill(): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (;;) kept.push(new Uint8Array(8 * 1024 * 1024).fill(1));
}

function failing(): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      sent += 1;
      if (sent > 1) throw new Error('the second part is missing');
      controller.enqueue(new TextEncoder().encode('the first part'));
    },
  });
}

function unending(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('the first part'));
    },
    pull: () => new Promise(() => {}),
  });
}
