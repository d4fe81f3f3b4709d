// Runs routes-table.ts: apps of several routes, and which of them takes a path.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpTrigger } from '../../../src/app/app.ts';
import { createRouter } from '../../../src/trigger/http/router.ts';
import { routings } from './routes-table.ts';

const triggerOf = (route: string): HttpTrigger => ({ kind: 'http', id: route, component: 'c', route, at: undefined });

test('there are two hundred decisions', () => {
  assert.ok(routings.flatMap(({ decisions }) => decisions).length >= 200);
});

for (const { about, routes, decisions } of routings) {
  const { match } = createRouter(routes.map(triggerOf));
  for (const [path, route, wildcard = ''] of decisions) {
    test(`${about}: ${path} is for ${route ?? 'none'}`, () => {
      const found = match(path);
      assert.equal(found?.route.written, route);
      if (found) assert.equal(found.trailingWildcard, wildcard);
    });
  }
}
