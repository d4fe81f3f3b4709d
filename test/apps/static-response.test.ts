// Triggers with `static_response`: answered without a component, also in an app that has none (spin-behaviour 1.16, 2.4).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wire } from '../trigger/http/exchange.ts';
import { proxyWasm } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { serveApp } from './served-app.ts';

const staticOnly = `spin_manifest_version = 2
[application]
name = "answers"
[[trigger.http]]
id = "greeting"
route = "/hello/:name"
static_response = { headers = { Content-Type = "text/plain; charset=utf-8", x-part = "1" }, body = "grüß dich\\n" }
[[trigger.http]]
route = "/gone/..."
static_response = { status_code = 410 }
[[trigger.http]]
route = "/moved"
static_response = { status_code = 302, headers = { location = "/hello/you" } }
`;

testEveryWay(
  'answers what the manifest says, in an app without a component',
  async ({ send, loaded, invocations }) => {
    const response = await send('/hello/you?x=1', { method: 'POST', body: 'read by nobody' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(response.headers.get('x-part'), '1');
    assert.equal(await response.text(), 'grüß dich\n');
    const gone = await send('/gone/away');
    assert.deepEqual([gone.status, await gone.text()], [410, '']);
    const moved = await send('/moved');
    assert.deepEqual([moved.status, moved.headers.get('location')], [302, '/hello/you']);
    assert.equal((await send('/elsewhere')).status, 404);
    assert.deepEqual(
      loaded.routes.map(({ id, route }) => [id, route]),
      [
        ['http-trigger2', '/moved'],
        ['greeting', '/hello/:name'],
        ['http-trigger1', '/gone'],
      ],
    );
    assert.equal(invocations.length, 0);
  },
  { app: { manifest: staticOnly } },
);

test('what is on the wire is the answer of the manifest and nothing of Spin', async t => {
  const { url } = await serveApp(t, { manifest: staticOnly });
  const wire = new Wire(t, Number(new URL(url).port));
  await wire.send('GET /hello/you HTTP/1.1\r\nhost: here\r\n\r\n').until('dich\n');
  const [head = ''] = wire.received.split('\r\n\r\n');
  assert.deepEqual(
    head.split('\r\n').filter(line => !line.startsWith('Date:')),
    ['HTTP/1.1 200 OK', 'content-type: text/plain; charset=utf-8', 'x-part: 1', 'content-length: 12'],
  );
});

test('HEAD is told the length of the body that it does not get', async t => {
  const { url } = await serveApp(t, { manifest: staticOnly });
  const response = await fetch(`${url}/hello/you`, { method: 'HEAD' });
  assert.deepEqual([response.status, response.headers.get('content-length'), await response.text()], [200, '12', '']);
});

test('a request whose target and Host name different hosts is dropped here too', async t => {
  const { url } = await serveApp(t, { manifest: staticOnly });
  const wire = new Wire(t, Number(new URL(url).port));
  await assert.rejects(wire.send('GET http://there/moved HTTP/1.1\r\nhost: here\r\n\r\n').until('HTTP'), /closed/);
});

testEveryWay(
  'stands beside components, and a component that calls the app gets it',
  async ({ send }) => {
    assert.equal(await (await send('/static')).text(), 'from the manifest');
    assert.equal(await (await send('/get?url=/static')).text(), '200 from the manifest');
  },
  {
    app: {
      manifest: `spin_manifest_version = 2
[application]
name = "mixed"
[[trigger.http]]
route = "/..."
component = "proxy"
[[trigger.http]]
route = "/static"
static_response = { body = "from the manifest" }
[component.proxy]
source = ${JSON.stringify(proxyWasm)}
allowed_outbound_hosts = ["http://self"]
`,
    },
  },
);
