// Service chaining and self requests as guests see them (spin-behaviour 2.7): in process, private routes included.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { openRequest, responseTo } from './client.ts';
import { probeWasm, proxyWasm, proxy3Wasm, type AppText } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { serveApp } from './served-app.ts';

const component = (id: string, source: string, hosts: readonly string[] = []): string[] => [
  '[[trigger.http]]',
  'route = { private = true }',
  `component = "${id}"`,
  `[component.${id}]`,
  `source = ${JSON.stringify(source)}`,
  `allowed_outbound_hosts = ${JSON.stringify(hosts)}`,
];

const chained: AppText = {
  source: proxyWasm,
  component: 'front',
  lines: [
    'allowed_outbound_hosts = ["http://self", "http://*.spin.internal"]',
    ...component('back', proxyWasm),
    ...component('echo', probeWasm),
    ...component('back3', proxy3Wasm, ['http://back.spin.internal']),
  ],
};

const at = (how: string, url: string): string => `/${how}?url=${encodeURIComponent(url)}`;

testEveryWay(
  'a component calls another, whose route is private',
  async ({ send }) => {
    const response = await send(at('get', 'http://back.spin.internal/headers/x?y=z'), { headers: { 'x-pass': 'on' } });
    assert.deepEqual((await response.text()).split('\n'), [
      '200 spin-base-path: /',
      'spin-client-addr: 0.0.0.0:0',
      'spin-component-route: ',
      'spin-full-url: http://localhost/headers/x?y=z',
      'spin-matched-route: /...',
      'spin-path-info: /headers/x',
      'spin-raw-component-route: /...',
      'x-pass: on',
      'authority: back.spin.internal',
      '',
    ]);
  },
  { app: chained },
);

testEveryWay(
  'the trace of a request goes on through components that call each other',
  async ({ send }) => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const through = 'http://back3.spin.internal/get?url=http://back.spin.internal/headers';
    assert.match(
      await (await send(at('get', through), { headers: { traceparent } })).text(),
      new RegExp(`traceparent: ${traceparent}\n`),
    );
    assert.doesNotMatch(await (await send(at('get', through))).text(), /traceparent/);
  },
  { app: chained },
);

testEveryWay(
  'a component calls the app itself, by its routes',
  async ({ send, url }) => {
    for (const target of ['/headers', 'http://self/headers', 'http://self.alt/headers']) {
      // Without a scheme it would be https.
      const text = await (await send(at('get', target))).text();
      assert.match(text, /^200 spin-base-path: \//);
      assert.match(text, new RegExp(`authority: ${new URL(url).host}\n`));
    }
    assert.match(await (await send(at('get', '/.well-known/spin/health'))).text(), /^200 OK/);
  },
  { app: chained },
);

testEveryWay(
  'generations of WASI call each other',
  async ({ send }) => {
    const url = at('get', `http://back3.spin.internal/get?url=http://back.spin.internal/headers`);
    assert.match(await (await send(url)).text(), /^200 200 spin-base-path/);
  },
  { app: chained },
);

testEveryWay(
  'a host that the client names leads to no component',
  async ({ send }) => {
    // By its Host header; there is no such route, as the front has all.
    const response = await send('/headers', { headers: { 'x-forwarded-host': 'back.spin.internal' } });
    assert.match(await response.text(), /spin-matched-route: \/\.\.\./);
  },
  { app: chained },
);

testEveryWay(
  'components that call in a circle are told so',
  async ({ send, idle, warnings, loaded }) => {
    // Each call of the app itself makes another.
    let url = '/headers';
    for (let depth = 0; depth < 6; depth++) url = at('get', url);
    assert.match(await (await send(url)).text(), /^200 200 200 200 200 200 spin-base-path/);
    const response = await send('/loop');
    assert.match(await response.text(), /^200 .*502 ErrorCode::LoopDetected$/);
    await idle();
    assert.equal(loaded.instances, 0);
    assert.match(warnings.join('\n'), /component "front" was called through 32 others: most likely they call in a circle/);
  },
  { app: chained },
);

for (const [which, instances] of [
  ['fresh', {}],
  ['reused', { reuse: { count: [1000, 1000], concurrent: [4, 4], idleMs: [1000, 1000] } }],
] as const) {
  test(`a guest of WASI 0.3 whose instances are ${which} may be 32 calls deep, and no deeper`, async t => {
    const lines = ['allowed_outbound_hosts = ["http://self"]'];
    const { url } = await serveApp(t, { source: proxy3Wasm, component: 'front', lines }, { instances });
    const deep = (calls: number): string => '/get?url=http://self'.repeat(calls);
    // The innermost asks for a route that the guest does not have.
    assert.match(await (await fetch(`${url}${deep(32)}/none`)).text(), /^(200 ){31}500 $/);
    assert.match(await (await fetch(`${url}${deep(33)}/none`)).text(), /^(200 ){31}502 ErrorCode::LoopDetected$/);
    // One chain does not count for another that goes on at the same time.
    const chains = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(`${url}${deep(20)}/none`)).text()));
    for (const chain of chains) assert.match(chain, /^(200 ){19}500 $/);
  });
}

test('a component that may not call another is denied', async t => {
  const lines = [
    'allowed_outbound_hosts = ["http://back.spin.internal"]',
    ...component('back', proxyWasm),
    ...component('echo', probeWasm),
  ];
  const { url, warnings } = await serveApp(t, { ...chained, lines });
  assert.equal(await (await fetch(url + at('get', 'http://echo.spin.internal/'))).text(), 'ErrorCode::HttpRequestDenied');
  assert.equal(await (await fetch(url + at('get', '/headers'))).text(), 'ErrorCode::HttpRequestDenied');
  assert.equal(warnings.length, 2);
});

test('what goes on in a component that is called is its own', async t => {
  const { url, warnings } = await serveApp(t, chained);
  // A trap is a 500 of that component, and of that one only.
  assert.equal(await (await fetch(url + at('get', 'http://echo.spin.internal/trap'))).text(), '500 ');
  assert.match(warnings.join('\n'), /component "echo" trapped on GET \/trap/);
  const cut = await fetch(url + at('get', 'http://echo.spin.internal/trap-after'));
  assert.match(await cut.text(), /ErrorCode::HttpProtocolError/);
});

test('bodies stream both ways through a chain', async t => {
  const { url } = await serveApp(t, chained);
  const request = openRequest(t, url + at('proxy', 'http://echo.spin.internal/echo'));
  request.write('ping');
  const response = await responseTo(request);
  assert.equal(((await once(response, 'data')) as [Buffer])[0].toString(), 'ping');
  request.end('pong');
  assert.equal(((await once(response, 'data')) as [Buffer])[0].toString(), 'pong');
});

test('a call waits for no instance: it is waited for by somebody who has one', async t => {
  const { url } = await serveApp(t, chained, { instances: { instancesMax: 1, instancesTotalMax: 1 } });
  const answers = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(url + at('get', '/headers'))).text()));
  for (const answer of answers) assert.match(answer, /^200 spin-base-path/);
});
