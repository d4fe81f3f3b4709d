// Variables as guests meet them: who is asked, in which order, and the errors of each interface.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { App, VariablesProvider } from '../../../src/app/app.ts';
import { configStore, configV1, variablesV2, variablesV3 } from '../../../src/host/variables/declarations.ts';
import { variables } from '../../../src/host/variables/variables.ts';
import { err, ok } from '../../../src/wit/types.ts';
import { bootHost } from '../harness.ts';
import { templates } from './template.ts';
import { vaultServer, vaultToken } from './vault-server.ts';

const values = (given: Readonly<Record<string, string>>): VariablesProvider => ({
  kind: 'values',
  values: new Map(Object.entries(given)),
});

/** The app's variables; `null` is required. */
const declared: App['variables'] = new Map(
  Object.entries({ host: 'localhost', port: '80', token: null }).map(([name, value]) => [
    name,
    { defaultValue: value ?? undefined, at: undefined },
  ]),
);

const component = {
  variables: templates(['host', 'port', 'token'], {
    url: 'http://{{ host }}:{{port}}/',
    fixed: 'text',
    empty: '',
    token: '{{ token }}',
    both: '{{ port }}{{ port }}',
  }),
};

async function boot(t: TestContext, variablesProviders: readonly VariablesProvider[] = []) {
  const booted = await bootHost(variables, {
    components: [component, {}],
    app: { variables: declared, variablesProviders },
  });
  t.after(() => booted.host.close?.());
  return { ...booted, guest: booted.functions(variablesV2) };
}

describe('a value', () => {
  test('is the template with the defaults in it, when no provider has one', async t => {
    const { guest } = await boot(t);
    assert.deepEqual(guest.get('url'), ok('http://localhost:80/'));
    assert.deepEqual(guest.get('fixed'), ok('text'));
    assert.deepEqual(guest.get('empty'), ok(''));
    assert.deepEqual(guest.get('both'), ok('8080'));
  });

  test('is that of the first provider that has one, an empty text too', async t => {
    const { guest } = await boot(t, [values({ port: '1' }), values({ port: '2', host: '' }), values({ host: 'last' })]);
    assert.deepEqual(guest.get('url'), ok('http://:1/'));
  });

  test('is asked for anew each time', async t => {
    const changing = new Map([['port', '1']]);
    const { guest } = await boot(t, [{ kind: 'values', values: changing }]);
    assert.deepEqual(guest.get('both'), ok('11'));
    changing.set('port', '2');
    assert.deepEqual(guest.get('both'), ok('22'));
  });

  test('is not an interpreted text: what looks like a template in it stays', async t => {
    const { guest } = await boot(t, [values({ host: '{{ token }}' })]);
    assert.deepEqual(guest.get('url'), ok('http://{{ token }}:80/'));
  });
});

const refusals: readonly (readonly [what: string, name: string, tag: 'invalid-name' | 'undefined' | 'provider', text: RegExp])[] =
  [
    ['a variable of the application that the component does not have', 'host', 'undefined', /"stub"\."host"/],
    ['a name with a hyphen', 'my-host', 'invalid-name', /^"my-host": invalid character "-"/],
    ['a name in capitals', 'Host', 'invalid-name', /invalid character "H"/],
    ['an empty name', '', 'invalid-name', /must not be empty/],
    ['a name that begins with a digit', '1a', 'invalid-name', /must start/],
    ['a name that ends with an underscore', 'a_', 'invalid-name', /must end/],
    ['a name with two underscores', 'a__b', 'invalid-name', /several underscores/],
    ['a valid name with a word that begins with a digit', 'a_1', 'undefined', /a_1/],
    ['a required variable that nobody has', 'token', 'provider', /no provider resolved required variable "token"/],
  ];
const configTags = { 'invalid-name': 'invalid-key', undefined: 'provider', provider: 'other' } as const;

for (const [what, name, tag, text] of refusals) {
  test(`${what} is ${tag}, and what that is in the other interfaces`, async t => {
    const { functions } = await boot(t);
    for (const answer of [functions(variablesV2).get(name), functions(variablesV3).get(name)]) {
      assert(!(answer instanceof Promise) && answer.tag === 'err');
      assert.equal(answer.val.tag, tag);
      assert.match(answer.val.val, text);
      const val = answer.val.val;
      assert.deepEqual(functions(configV1)['get-config'](name), err({ tag: configTags[tag], val }));
      assert.deepEqual(functions(configStore).get(name), tag === 'provider' ? err({ tag: 'upstream', val }) : ok(undefined));
    }
  });
}

test('every interface gives the same value', async t => {
  const { functions } = await boot(t);
  const value = ok('http://localhost:80/');
  assert.deepEqual(functions(variablesV3).get('url'), value);
  assert.deepEqual(functions(configV1)['get-config']('url'), value);
  assert.deepEqual(functions(configStore).get('url'), value);
});

test('get-all gives the variables of the component, or the error of one', async t => {
  const { functions } = await boot(t, [values({ token: 't' })]);
  const all = [
    ['url', 'http://localhost:80/'],
    ['fixed', 'text'],
    ['empty', ''],
    ['token', 't'],
    ['both', '8080'],
  ];
  assert.deepEqual(functions(configStore)['get-all'](), ok(all));
  const other = await boot(t);
  const failed = err({ tag: 'upstream', val: 'no provider resolved required variable "token"' });
  assert.deepEqual(other.functions(configStore)['get-all'](), failed);
});

test('a component sees its own variables only', async t => {
  const booted = await bootHost(variables, { components: [{}, component], app: { variables: declared } });
  t.after(() => booted.host.close?.());
  assert.deepEqual(booted.functions(configStore)['get-all'](), ok([]));
  const answer = booted.functions(variablesV2).get('url');
  assert(!(answer instanceof Promise));
  assert.equal(answer.tag, 'err');
});

describe('a provider that is asked over the network', () => {
  test('makes every function one that may wait; without one they all answer at once', async t => {
    const names = [
      'fermyon:spin/variables#get',
      'spin:variables/variables#get',
      'fermyon:spin/config#get-config',
      'wasi:config/store#get',
      'wasi:config/store#get-all',
    ];
    const { host } = await boot(t, [values({})]);
    assert.deepEqual(host.atOnce?.toSorted(), names.toSorted());
    const { url } = await vaultServer(t);
    const waiting = await boot(t, [{ kind: 'vault', url, token: vaultToken, mount: 'secret', prefix: undefined }]);
    assert.deepEqual(waiting.host.atOnce, []);
  });

  test('is asked in its turn, for each part, and then the default counts', async t => {
    const vault = await vaultServer(t);
    vault.entries.set('secret/data/host', { value: 'from-vault' }).set('secret/data/port', { value: 'from-vault' });
    const provider: VariablesProvider = { kind: 'vault', url: vault.url, token: vaultToken, mount: 'secret', prefix: undefined };
    const { functions, guest } = await boot(t, [values({ host: 'first' }), provider, values({ port: 'last', token: 'last' })]);
    assert.deepEqual(await guest.get('url'), ok('http://first:from-vault/'));
    assert.deepEqual(await functions(variablesV3).get('token'), ok('last'));
    assert.deepEqual(await guest.get('fixed'), ok('text'));
    vault.entries.delete('secret/data/port');
    assert.deepEqual(await functions(configV1)['get-config']('url'), ok('http://first:last/'));
    const all = await functions(configStore)['get-all']();
    assert.deepEqual(all.tag === 'ok' && all.val[0], ['url', 'http://first:last/']);
  });

  test('that fails is the end of the search, although another would have a value', async t => {
    const vault = await vaultServer(t);
    const provider: VariablesProvider = { kind: 'vault', url: vault.url, token: 'wrong', mount: 'secret', prefix: undefined };
    const { functions, guest } = await boot(t, [provider, values({ token: 'last' })]);
    const answer = await guest.get('token');
    assert.equal(answer.tag === 'err' && answer.val.tag, 'provider');
    assert.match(answer.tag === 'err' ? answer.val.val : '', /answered 403 for "token": permission denied/);
    const stored = await functions(configStore).get('token');
    assert.equal(stored.tag === 'err' && stored.val.tag, 'upstream');
    const config = await functions(configV1)['get-config']('token');
    assert.equal(config.tag === 'err' && config.val.tag, 'other');
    const all = await functions(configStore)['get-all']();
    assert.equal(all.tag === 'err' && all.val.tag, 'upstream');
  });
});
