// Variables and SQLite as guests in Python and TypeScript use them, by their SDKs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cachedGuest } from './guests.ts';
import { serveApp } from './served-app.ts';

interface BuiltGuest {
  readonly folder: string;
  /** How its language writes two columns and a row. */
  readonly written: (columns: readonly string[], row: readonly (string | number)[]) => string;
  /** What its SDK makes of a variable that is not there. */
  readonly unknown: RegExp;
}

const guests: readonly BuiltGuest[] = [
  { folder: 'test/guests/kv-python', written: python, unknown: /^500 / },
  { folder: 'test/guests/kv-python4', written: python, unknown: /^500 / },
  { folder: 'test/guests/kv-python5', written: python, unknown: /^500 / },
  {
    folder: 'test/guests/kv-ts2',
    written: (columns, row) => JSON.stringify([columns, [Object.fromEntries(columns.map((name, index) => [name, row[index]]))]]),
    unknown: /^200 null$/,
  },
];

function python(columns: readonly string[], row: readonly (string | number)[]): string {
  const list = (values: readonly (string | number)[]): string =>
    `[${values.map(value => (typeof value === 'string' ? `'${value}'` : value)).join(', ')}]`;
  return `${list(columns)} [${list(row)}]`;
}

for (const { folder, written, unknown } of guests) {
  const lines = ['sqlite_databases = ["default"]', 'variables = { known = "the value" }'];

  test(`${folder} reads its variables and uses SQLite`, async t => {
    const { url } = await serveApp(t, { source: cachedGuest(folder), component: 'guest', lines });
    const ask = async (query: string): Promise<string> => {
      const answer = await fetch(`${url}/x?${query}`);
      return `${answer.status} ${await answer.text()}`;
    };
    assert.equal(await ask('variable=known'), '200 the value');
    assert.match(await ask('variable=unknown'), unknown);
    const sql = (statement: string): Promise<string> => ask(`sql=${encodeURIComponent(statement)}`);
    assert.equal(await sql('SELECT 42 AS number, ? AS text'), `200 ${written(['number', 'text'], [42, 'bound'])}`);
    assert.match(await sql('SELECT nothing'), /^500 /);
  });
}
