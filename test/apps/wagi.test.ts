// The executor "wagi": a plain program in Rust answers, as a core module with _start and as a component (spin-behaviour 2.4).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { probeWasm, proxyWasm, repository, type AppText } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { serveApp } from './served-app.ts';

const wasm = {
  component: join(repository, 'test/guests/wagi/wagi.wasm'),
  'core module': join(repository, 'test/guests/wagi/wagi-core.wasm'),
};

const app = (source: string, executor = '{ type = "wagi" }'): AppText => ({
  files: { 'site/page.html': 'a page' },
  manifest: `spin_manifest_version = 2
[application]
name = "scripts"
[[trigger.http]]
route = "/cgi/:user/..."
component = "script"
executor = ${executor}
[component.script]
source = ${JSON.stringify(source)}
environment = { COLOUR = "blue", SERVER_PORT = "1" }
files = [{ source = "site", destination = "/" }]
[[trigger.http]]
route = "/..."
component = "proxy"
[component.proxy]
source = ${JSON.stringify(proxyWasm)}
allowed_outbound_hosts = ["http://self", "http://script.spin.internal"]
`,
});

for (const [kind, source] of Object.entries(wasm)) {
  testEveryWay(
    `a program answers, as a ${kind}`,
    async ({ send, authority, warnings }) => {
      const env = await send('/cgi/me/env?a=1&b=2', { headers: { 'x-one': 'two' } });
      assert.equal(env.headers.get('content-type'), 'text/plain');
      const lines = (await env.text()).split('\n');
      assert.deepEqual(lines.slice(0, 3), ['arg "/cgi/me/env"', 'arg "a=1"', 'arg "b=2"']);
      for (const line of [
        'COLOUR=blue',
        'REQUEST_METHOD=GET',
        'QUERY_STRING=a=1&b=2',
        'SCRIPT_NAME=/cgi/:user',
        'PATH_INFO=/env',
        'HTTP_X_ONE=two',
        'X_MATCHED_ROUTE=/cgi/:user/...',
        'X_PATH_MATCH_USER=me',
        `X_FULL_URL=http://${authority}/cgi/me/env?a=1&b=2`,
        `SERVER_PORT=${authority.split(':')[1] ?? '80'}`,
      ]) {
        assert.ok(lines.includes(line), `${line} is not in:\n${lines.join('\n')}`);
      }
      const body = Buffer.alloc(300_000, 'a body ');
      const echo = await send('/cgi/me/echo', { method: 'POST', body });
      assert.equal(echo.headers.get('x-bytes'), '300000');
      assert.equal(hash(Buffer.from(await echo.arrayBuffer())), hash(body));
      const pot = await send('/cgi/me/status');
      assert.deepEqual([pot.status, pot.headers.get('x-pot'), await pot.text()], [418, 'tea', 'short and stout\n']);
      const moved = await send('/cgi/me/location', { redirect: 'manual' });
      assert.deepEqual([moved.status, moved.headers.get('location')], [302, 'https://example.com/elsewhere']);
      assert.equal(await (await send('/cgi/me/file')).text(), 'a page');
      assert.equal(await (await send('/cgi/me/exit?0')).text(), 'exits\n');
      // Each request finds its memory as it was at first, also after one that ended itself.
      for (let time = 0; time < 3; time += 1) assert.equal(await (await send('/cgi/me/count')).text(), '1\n');
      assert.equal((await send('/cgi/me/other')).status, 404);
      assert.deepEqual(
        warnings.filter(text => !text.includes('deprecated')),
        [],
      );
    },
    { app: app(source) },
  );

  testEveryWay(
    `what goes wrong in a program is a 500, as a ${kind}`,
    async ({ send, warnings, idle }) => {
      for (const path of ['nothing', 'headless', 'exit?3', 'panic']) {
        const response = await send(`/cgi/me/${path}`);
        assert.deepEqual([path, response.status, await response.text()], [path, 500, '']);
      }
      await idle();
      const told = warnings.filter(text => text.startsWith('component "script"')).map(text => text.split('\n')[0]);
      assert.match(told[0] ?? '', /on GET \/cgi\/me\/nothing: the guest printed nothing; the client got 500/);
      assert.match(told[1] ?? '', /headless: the guest printed no empty line/);
      assert.match(told.join('\n'), /exit\?3/);
      assert.match(told.join('\n'), /panic/);
      assert.equal(await (await send('/cgi/me/count')).text(), '1\n');
    },
    { app: app(source) },
  );
}

testEveryWay(
  'other components call it by its name and by its route',
  async ({ send }) => {
    assert.equal(await (await send('/get?url=/cgi/me/count')).text(), '200 1\n');
    assert.equal(await (await send(`/get?url=${encodeURIComponent('http://script.spin.internal/a/count')}`)).text(), '200 1\n');
  },
  { app: app(wasm.component) },
);

test('argv of the manifest is what the program is started with', async t => {
  const { url } = await serveApp(t, app(wasm.component, '{ type = "wagi", argv = "run ${SCRIPT_NAME}", entrypoint = "_start" }'));
  const lines = (await (await fetch(`${url}/cgi/me/env?x`)).text()).split('\n');
  assert.deepEqual(
    lines.slice(0, 3).filter(line => line.startsWith('arg')),
    ['arg "run"', 'arg "/cgi/me/env"'],
  );
});

test('its use is said to be deprecated', async t => {
  const { warnings } = await serveApp(t, app(wasm.component));
  assert.deepEqual(
    warnings.filter(text => text.includes('deprecated')).map(text => text.replace(/^.*spin\.toml/, '')),
    [':7: Wagi, which "script" uses, is deprecated: build it with a Spin SDK'],
  );
});

test('a response or a body that is too large is refused, and nobody else is held up', async t => {
  const { url, warnings } = await serveApp(t, app(wasm.component));
  assert.equal((await fetch(`${url}/cgi/me/big?20`)).status, 200);
  assert.equal((await fetch(`${url}/cgi/me/big?40`)).status, 500);
  assert.match(warnings.join('\n'), /it printed a response of more than 33554432 bytes/);
  const upload = await fetch(`${url}/cgi/me/echo`, { method: 'POST', body: Buffer.alloc(33 * 1024 * 1024) });
  assert.equal(upload.status, 413);
  assert.equal(await (await fetch(`${url}/cgi/me/count`)).text(), '1\n');
});

test('a program that never ends is ended at the deadline', async t => {
  const { url } = await serveApp(t, app(wasm['core module']), { instances: { requestTimeoutMs: 300 } });
  assert.equal((await fetch(`${url}/cgi/me/forever`)).status, 504);
});

test('a component that is no program is refused', async t => {
  await assert.rejects(serveApp(t, app(probeWasm)), /component "script" is no program: it exports no wasi:cli\/run/);
});

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
