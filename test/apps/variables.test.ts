// Real guests read variables: by each interface, with values that are known at start and with values that Vault is asked for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { vaultServer, vaultToken } from '../host/variables/vault-server.ts';
import { appFolder, config3Wasm, configWasm, type AppText } from './guests.ts';
import { testEveryWay, type Reached } from './matrix.ts';
import { serveApp } from './served-app.ts';
import { tspinUp } from './tspin-process.ts';

const componentLines = [
  'variables = { url = "https://{{ host }}/{{ path }}", fixed = "text", secret = "{{ token }}" }',
  '[variables]',
  'host = { default = "localhost" }',
  'path = { default = "v1" }',
  'token = { required = true, secret = true }',
];

const guestOf = (source: string, more: Partial<AppText> = {}): AppText => ({
  source,
  component: 'guest',
  lines: componentLines,
  ...more,
});

const read = async ({ send }: Pick<Reached, 'send'>, path: string): Promise<string> => (await send(path)).text();

const given = {
  variables: [{ name: 'token', value: 'ä=@1' }],
  environment: { SPIN_VARIABLE_PATH: 'v2', SPIN_VARIABLE_TOKEN: 'no' },
};

testEveryWay(
  'a guest reads variables by the interfaces of Spin 2, of Spin 1 and of wasi:config',
  async app => {
    for (const name of ['variables', 'config', 'store']) {
      assert.equal(await read(app, `/${name}/url`), 'ok https://localhost/v2', name);
      assert.equal(await read(app, `/${name}/fixed`), 'ok text');
      assert.equal(await read(app, `/${name}/secret`), 'ok ä=@1');
    }
    assert.equal(await read(app, '/variables/host'), 'undefined no variable for "guest"."host"');
    assert.match(await read(app, '/variables/my-host'), /^invalid-name "my-host": invalid character/);
    assert.equal(await read(app, '/config/host'), 'provider no variable for "guest"."host"');
    assert.match(await read(app, '/config/my-host'), /^invalid-key "my-host": /);
    assert.equal(await read(app, '/store/host'), 'none');
    assert.equal(await read(app, '/store/my-host'), 'none');
    assert.equal(await read(app, '/all/'), 'url=https://localhost/v2\nfixed=text\nsecret=ä=@1\n');
  },
  { app: guestOf(configWasm), ...given },
);

testEveryWay(
  'a guest reads variables by the interface of Spin 4, two at once',
  async app => {
    assert.equal(await read(app, '/variables/url'), 'ok https://localhost/v2');
    assert.equal(await read(app, '/variables/host'), 'undefined no variable for "guest"."host"');
    assert.match(await read(app, '/variables/my-host'), /^invalid-name "my-host": /);
    assert.equal(await read(app, '/both/secret/fixed'), 'ok ä=@1, ok text');
  },
  { app: guestOf(config3Wasm), ...given },
);

test('`tspin up` takes values from its options, its environment and .env', async t => {
  const files = { '.env': 'SPIN_VARIABLE_HOST=dotenv\nSPIN_VARIABLE_PATH=dotenv\n', 'token.txt': 'from a file' };
  const folder = appFolder(t, guestOf(configWasm, { files }));
  const args = ['--state-dir', '', '--variable', 'token=first', '--variable', 'token=@token.txt', '--variable', 'hots=x'];
  const process = await tspinUp(t, args, { cwd: folder, env: { SPIN_VARIABLE_PATH: 'environment' } });
  const send = (path: string): Promise<Response> => fetch(`${process.url}${path}`);
  assert.equal(await read({ send }, '/variables/url'), 'ok https://dotenv/environment');
  assert.equal(await read({ send }, '/variables/secret'), 'ok from a file');
  assert.match(
    process.stderr,
    /--variable gives values to variables that \[variables\] does not have \("hots"\): did you mean "host"\?/,
  );
  assert.equal(await process.stop(), 0);
});

const withVault = (source: string, url: string): AppText =>
  guestOf(source, {
    files: {
      'rc.toml': `[[variables_provider]]\ntype = "vault"\nurl = "${url}"\ntoken = "${vaultToken}"\nmount = "secret"\nprefix = "shop"\n`,
    },
  });

describe('with Vault', () => {
  for (const [bindings, workers] of [
    ['fast', 0],
    ['fast', 1],
    ['plain', 0],
  ] as const) {
    for (const [guest, source] of Object.entries({ config: configWasm, config3: config3Wasm })) {
      test(`the guest ${guest} waits for values, each time anew, ${bindings} bindings, ${workers} workers`, async t => {
        const vault = await vaultServer(t);
        vault.entries.set('secret/data/shop/host', { value: 'vault' }).set('secret/data/shop/token', { value: 'one' });
        const app = await serveApp(t, withVault(source, vault.url), {
          workers,
          instances: { bindings },
          runtimeConfigFile: 'rc.toml',
        });
        const send = (path: string): Promise<Response> => fetch(`${app.url}${path}`);
        assert.equal(await read({ send }, '/variables/url'), 'ok https://vault/v1');
        assert.equal(await read({ send }, '/variables/secret'), 'ok one');
        vault.entries.set('secret/data/shop/token', { value: 'two' });
        assert.equal(await read({ send }, '/variables/secret'), 'ok two');
        const many = await Promise.all(Array.from({ length: 20 }, () => read({ send }, '/variables/secret')));
        assert.deepEqual(many, Array<string>(20).fill('ok two'));
        vault.entries.delete('secret/data/shop/token');
        assert.equal(await read({ send }, '/variables/secret'), 'provider no provider resolved required variable "token"');
        if (guest === 'config3') assert.equal(await read({ send }, '/both/url/fixed'), 'ok https://vault/v1, ok text');
        else {
          assert.equal(await read({ send }, '/store/url'), 'ok https://vault/v1');
          const why = 'no provider resolved required variable "token"';
          assert.equal(await read({ send }, '/config/secret'), `other ${why}`);
          assert.equal(await read({ send }, '/store/secret'), `upstream ${why}`);
          assert.equal(await read({ send }, '/all/'), `upstream ${why}`);
        }
        assert.deepEqual(app.warnings, []);
      });
    }
  }

  test('a Vault that does not answer holds up its own requests only, and ends with the request', async t => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const vault = await vaultServer(t, (_, response) => void response.on('close', close));
    const app = await serveApp(t, withVault(configWasm, vault.url), {
      runtimeConfigFile: 'rc.toml',
      instances: { requestTimeoutMs: 1000 },
    });
    const stuck = fetch(`${app.url}/variables/secret`);
    assert.equal(await (await fetch(`${app.url}/variables/fixed`)).text(), 'ok text');
    assert.equal((await stuck).status, 504);
    await closed;
  });
});
