import assert from 'node:assert/strict';
import { test } from 'node:test';

import { servingText, storageLines } from '../../src/cli/startup-text.ts';
import { app, component, label } from './app.ts';

const usesDefaults = component('hello', { keyValueStores: [label('default')], sqliteDatabases: [label('default')] });

test('says where logs and data go, as Spin does', () => {
  assert.deepEqual(storageLines(app({ logDirectory: '/app/.spin/logs' }, [usesDefaults])), [
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
