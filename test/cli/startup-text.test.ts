import assert from 'node:assert/strict';
import { test } from 'node:test';

import { servingJson, servingText, storageLines } from '../../src/cli/startup-text.ts';
import { app, component, label } from './app.ts';

const inState = {
  keyValueStores: new Map([['default', { path: '/app/.spin/sqlite_key_value.db' }]]),
  sqliteDatabases: new Map([['default', { path: '/app/.spin/sqlite_db.db', allowAttachFile: false }]]),
};
const usesDefaults = component('hello', { keyValueStores: [label('default')], sqliteDatabases: [label('default')] });

test('says where logs and data go, as Spin does', () => {
  assert.deepEqual(storageLines(app({ ...inState, logDirectory: '/app/.spin/logs' }, [usesDefaults])), [
    'Logging component stdio to "/app/.spin/logs/"',
    'Storing default SQLite data to "/app/.spin/sqlite_db.db".',
    'Storing default key-value data to "/app/.spin/sqlite_key_value.db".',
  ]);
});

test('says that data are kept in memory', () => {
  assert.deepEqual(storageLines(app({ stateDirectory: undefined }, [usesDefaults])), [
    'Storing default SQLite data to a temporary in-memory database.',
    'Storing default key-value data to a temporary in-memory store.',
  ]);
});

test('says first what is configured, and where `default` is then', () => {
  const configured = {
    keyValueStores: new Map([
      ['default', { path: '/data/mine.db' }],
      ['cart', { path: undefined }],
    ]),
    runtimeConfig: { file: 'conf/"my" config.toml', tables: ['key_value_store.default: spin', 'sqlite_database.log: spin'] },
    logDirectory: '/logs',
  };
  assert.deepEqual(storageLines(app(configured, [usesDefaults])), [
    'Using runtime config [key_value_store.default: spin], [sqlite_database.log: spin] from "conf/\\"my\\" config.toml"',
    'Logging component stdio to "/logs/"',
    'Storing default SQLite data to a temporary in-memory database.',
    'Storing default key-value data to "/data/mine.db".',
  ]);
});

test('says nothing of a configuration without stores', () => {
  assert.deepEqual(storageLines(app({ runtimeConfig: { file: 'runtime.toml', tables: [] } }, [])), []);
});

test('says nothing of stores that no component uses', () => {
  assert.deepEqual(storageLines(app({}, [component('hello', { keyValueStores: [label('other')] })])), []);
});

test('lists the routes as Spin does', () => {
  const routes = [
    { id: 'home', route: '/', wildcard: false, description: 'The home page' },
    { id: 'api', route: '/api', wildcard: true, description: '' },
    { id: 'user', route: '/user/:id', wildcard: false, description: '' },
    { id: 'rest', route: '', wildcard: true, description: '' },
  ];
  assert.equal(
    servingText('Serving', 'http://127.0.0.1:3000', routes),
    [
      '',
      'Serving http://127.0.0.1:3000',
      'Available Routes:',
      '  home: http://127.0.0.1:3000',
      '    The home page',
      '  api: http://127.0.0.1:3000/api (wildcard)',
      '  user: http://127.0.0.1:3000/user/:id',
      '  rest: http://127.0.0.1:3000 (wildcard)',
    ].join('\n'),
  );
});

test('as JSON, in the shape of Spin: no description where there is none', () => {
  const route = { id: 'hello', route: '/', wildcard: true, description: '' };
  assert.equal(
    servingJson('http://127.0.0.1:3000/', [route, { ...route, route: '/a', wildcard: false, description: 'Says "a"' }]),
    `{
  "base_url": "http://127.0.0.1:3000",
  "routes": [
    {
      "id": "hello",
      "route": "/",
      "wildcard": true
    },
    {
      "id": "hello",
      "route": "/a",
      "wildcard": false,
      "description": "Says \\"a\\""
    }
  ]
}`,
  );
});
