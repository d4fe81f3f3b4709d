// The values of application variables as they are known at start: --variable, its files, providers, environments, .env files.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { loadApplication, type LoadApplicationOptions } from '../../src/app/load-application.ts';
import type { TspinError } from '../../src/errors.ts';
import { appFolder, cartManifest } from './app-folder.ts';

const manifest = `${cartManifest()}[variables]\ngreeting = { default = "d" }\napi_key = { default = "d" }\n`;

interface Scene extends Partial<LoadApplicationOptions> {
  readonly files?: Readonly<Record<string, string>>;
  readonly manifest?: string;
}

async function load(t: TestContext, { files = {}, manifest: text = manifest, ...options }: Scene = {}) {
  const folder = appFolder(t, { 'spin.toml': text, ...files });
  const loaded = await loadApplication({ cwd: folder, ...options });
  t.after(loaded.dispose);
  const providers = loaded.app.variablesProviders.map(provider =>
    provider.kind === 'values' ? Object.fromEntries(provider.values) : provider,
  );
  return { ...loaded, folder, providers };
}

test('variables have their default and their place; an app without them asks nobody', async t => {
  const { app, warnings } = await load(t, { manifest: `${cartManifest()}[variables]\na = { default = "" }\n` });
  assert.deepEqual(
    [...app.variables].map(([name, { defaultValue, at }]) => [name, defaultValue, at?.line]),
    [['a', '', 12]],
  );
  assert.deepEqual(warnings, []);
  const without = await load(t, { manifest: cartManifest(), files: { '.env': 'SPIN_VARIABLE_A=1' } });
  assert.deepEqual(without.providers, []);
});

test('asks --variable, then the providers of the file in its order, then the environment', async t => {
  const { providers } = await load(t, {
    runtimeConfigFile: 'rc.toml',
    files: {
      'rc.toml': `[[variables_provider]]
type = "vault"
url = "http://127.0.0.1:8200"
token = "t"
mount = "secret"
prefix = "shop"
[[variables_provider]]
type = "static"
values = { greeting = "static", other = "x" }
[[variables_provider]]
type = "env"
prefix = "SHOP"
[[variables_provider]]
type = "open_bao"
url = "https://bao.example/"
token = "t"
mount = "m"
`,
    },
    variables: [{ name: 'greeting', value: 'option' }],
    environment: { SHOP_GREETING: 'shop', SPIN_VARIABLE_GREETING: 'environment', SPIN_VARIABLE_OTHER: 'x', PATH: '/bin' },
  });
  assert.deepEqual(providers, [
    { greeting: 'option' },
    { kind: 'vault', url: 'http://127.0.0.1:8200', token: 't', mount: 'secret', prefix: 'shop' },
    { greeting: 'static', other: 'x' },
    { greeting: 'shop' },
    { kind: 'vault', url: 'https://bao.example/', token: 't', mount: 'm', prefix: undefined },
    { greeting: 'environment' },
  ]);
});

describe('an environment', () => {
  test('comes before .env of the current folder, which fills what it lacks', async t => {
    const { providers, warnings } = await load(t, {
      files: { '.env': '# ours\nSPIN_VARIABLE_GREETING=dotenv\nexport SPIN_VARIABLE_API_KEY="a b"\nGREETING=no\n' },
      environment: { SPIN_VARIABLE_GREETING: '' },
    });
    assert.deepEqual(providers, [{}, { greeting: '', api_key: 'a b' }]);
    assert.deepEqual(warnings, []);
  });

  test('is none when none is given; .env is read in any case, and from the current folder only', async t => {
    const files = { '.env': 'SPIN_VARIABLE_GREETING=here', 'inner/.env': 'SPIN_VARIABLE_GREETING=inner' };
    const { providers, folder } = await load(t, { files });
    assert.deepEqual(providers, [{}, { greeting: 'here' }]);
    const inner = await loadApplication({ from: folder, cwd: join(folder, 'inner') });
    t.after(inner.dispose);
    assert.deepEqual(inner.app.variablesProviders.at(-1), { kind: 'values', values: new Map([['greeting', 'inner']]) });
  });

  test('of a provider has its own prefix and file, beside the configuration, and no .env of its own', async t => {
    const { providers } = await load(t, {
      runtimeConfigFile: 'config/rc.toml',
      files: {
        'config/rc.toml':
          '[[config_provider]]\ntype = "env"\nprefix = "A"\ndotenv_path = "a.env"\n[[config_provider]]\ntype = "env"\nprefix = "B"\n',
        'config/a.env': 'A_GREETING=a\nB_GREETING=b',
        '.env': 'A_API_KEY=x\nB_API_KEY=x',
      },
      environment: { A_API_KEY: 'key' },
    });
    assert.deepEqual(providers, [{}, { greeting: 'a', api_key: 'key' }, {}, {}]);
  });

  test('whose file cannot be read is used without it, with a warning', async t => {
    const rc = '[[variables_provider]]\ntype = "env"\ndotenv_path = "a.env"\n';
    const { warnings } = await load(t, { runtimeConfigFile: 'rc.toml', files: { 'rc.toml': rc, '.env/file': '' } });
    assert.deepEqual(warnings, [
      'the values of variables in a.env are not used, since it cannot be read: there is no such file or folder',
      'the values of variables in .env are not used, since it cannot be read: it is a folder',
    ]);
  });
});

describe('--variable', () => {
  test('takes values and files, the last of a name winning', async t => {
    const { providers } = await load(t, {
      files: {
        'key.txt': '\uFEFFsecret\n',
        'all.json': '\uFEFF{"greeting": "json", "api_key": "json"}',
        'all.toml': 'greeting = "toml"',
      },
      variables: [
        { name: 'greeting', value: 'first' },
        { file: 'all.json' },
        { file: 'all.toml' },
        { name: 'api_key', valueFile: 'key.txt' },
      ],
    });
    assert.deepEqual(providers[0], { greeting: 'toml', api_key: '\uFEFFsecret\n' });
  });

  test('refuses a file that is not text', async t => {
    const folder = appFolder(t, { 'spin.toml': manifest });
    writeFileSync(join(folder, 'key.bin'), Uint8Array.of(0x61, 0xff));
    await assert.rejects(loadApplication({ cwd: folder, variables: [{ name: 'api_key', valueFile: 'key.bin' }] }), {
      code: 'variable-file-invalid',
      message: 'the file key.bin, which --variable names, is not text in UTF-8',
    });
  });

  test('for variables that the app does not have is a warning with what was probably meant', async t => {
    const variables = [
      { name: 'greting', value: '' },
      { name: 'region', value: '' },
      { name: 'greeting', value: '' },
    ];
    const { warnings } = await load(t, { variables });
    assert.deepEqual(warnings, [
      '--variable gives values to variables that [variables] does not have ("greting", "region"): did you mean "greeting"?',
    ]);
  });

  const mistakes: readonly (readonly [what: string, file: string, content: string, message: RegExp, line?: number])[] = [
    ['JSON that ends early', 'v.json', '{\n"a": "b",\n', /not valid JSON: Expected double-quoted property name$/, 3],
    ['JSON with a wrong word', 'v.json', 'hello', /not valid JSON: Unexpected token 'h'/],
    ['JSON without anything', 'v.json', '', /not valid JSON: Unexpected end of JSON input/],
    ['a JSON array', 'v.json', '["a"]', /holds an array, not an object/],
    ['JSON null', 'v.json', 'null', /holds null, not an object/],
    ['a number in JSON', 'v.json', '{"a": 5}', /the variable "a" in v.json must be a string, not a number/],
    ['an object in JSON', 'v.json', '{"a": {}}', /the variable "a" in v.json must be a string, not an object/],
    ['TOML that is none', 'v.toml', 'a = "x"\nb = y', /not valid TOML/, 2],
    ['a number in TOML', 'v.toml', 'a = 5', /`a` must be a string, not an integer/, 1],
    ['a table in TOML', 'v.toml', '[a]\nb = "c"', /`a` must be a string, not a table/, 1],
  ];
  for (const [what, file, content, message, line] of mistakes) {
    test(`refuses ${what}`, async t => {
      await assert.rejects(load(t, { files: { [file]: content }, variables: [{ file }] }), (error: TspinError) => {
        assert.equal(error.code, 'variable-file-invalid');
        assert.match(error.message, message);
        assert.equal(error.at?.line, line);
        return true;
      });
    });
  }
});

test('a provider that is asked over the network may have any variable, so none is missed at start', async t => {
  const rc = '[[variables_provider]]\ntype = "vault"\nurl = "http://127.0.0.1:1"\ntoken = "t"\nmount = "m"\n';
  const { app } = await load(t, {
    manifest: `${cartManifest()}[variables]\na = { required = true }\n`,
    files: { 'rc.toml': rc },
    runtimeConfigFile: 'rc.toml',
  });
  assert.equal(app.variables.get('a')?.defaultValue, undefined);
});

for (const [from, scene] of Object.entries({
  '--variable': { variables: [{ name: 'a', value: '' }] },
  'the environment': { environment: { SPIN_VARIABLE_A: '' } },
  '.env': { files: { '.env': 'SPIN_VARIABLE_A=' } },
} satisfies Record<string, Scene>)) {
  test(`an empty text from ${from} is a value for a required variable`, async t => {
    const required = `${cartManifest()}[variables]\na = { required = true }\n`;
    const { app } = await load(t, { manifest: required, ...scene });
    assert.equal(app.variables.size, 1);
  });
}
