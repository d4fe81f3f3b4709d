import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpTrigger } from '../../../src/app/app.ts';
import { createRouter } from '../../../src/trigger/http/router.ts';
import { precedenceTable, routeTable } from './route-table.ts';

const trigger = (id: string, route: HttpTrigger['route']): HttpTrigger => ({
  kind: 'http',
  id,
  component: `${id}-component`,
  route,
  at: undefined,
});
const routerOf = (...routes: readonly string[]) => createRouter(routes.map((route, index) => trigger(`t${index}`, route)));

describe('a route', () => {
  for (const [route, path, want] of routeTable) {
    test(`${JSON.stringify(route)} ${want ? 'takes' : 'leaves'} ${path}`, () => {
      const match = routerOf(route).match(path);
      const got = match && { info: match.trailingWildcard, params: Object.fromEntries(match.params) };
      assert.deepEqual(got, want && { info: want.info ?? '', params: want.params ?? {} });
    });
  }
});

describe('of several routes', () => {
  for (const [routes, path, want] of precedenceTable) {
    test(`${routes.join(' ') || 'none'}: ${path} goes to ${want ?? 'nobody'}`, () => {
      assert.equal(routerOf(...routes).match(path)?.route.written, want);
    });
  }
});

describe('the router', () => {
  test("lists routes in the order of Spin's start-up lines: shorter ones first, wildcards last", () => {
    const { routes } = routerOf('/...', '/users/:id/...', '/', 'foo/', '/foo/*');
    assert.deepEqual(
      routes.map(({ route }) => [route.prefix, route.isWildcard]),
      [
        ['/', false],
        ['/foo', false],
        ['/users/:id', true],
        ['/foo', true],
        ['/', true],
      ],
    );
  });

  test('keeps the order of the manifest among literal routes and their wildcards, as Spin does', () => {
    const written = ['/', '/foo', '/bar', '/whee/...'];
    assert.deepEqual(
      routerOf(...written).routes.map(({ route }) => route.written),
      written,
    );
  });

  test('gives the trigger and its component', () => {
    const match = routerOf('/a', '/b').match('/b');
    assert.equal(match?.trigger.id, 't1');
    assert.equal(match.trigger.component, 't1-component');
  });

  test('lets the later of two equal routes win, in the place of the earlier, and says so', () => {
    const { routes, notices, match } = routerOf('/first', '/same', '/last', '/same');
    assert.deepEqual(
      routes.map(({ trigger }) => trigger.id),
      ['t0', 't3', 't2'],
    );
    assert.equal(match('/same')?.trigger.id, 't3');
    const [notice] = notices;
    assert.ok(notice?.kind === 'duplicate');
    assert.deepEqual([notice.replaced.id, notice.effective.id, notice.route.written], ['t1', 't3', '/same']);
    assert.equal(notices.length, 1);
  });

  test('does not take /foo and /foo/ for duplicates, as Spin does not', () => {
    assert.deepEqual(routerOf('/foo', '/foo/').notices, []);
  });

  test("reports routes in the host's own /.well-known/spin/, and only those", () => {
    const { notices } = routerOf('/.well-known/spin/...', '/.well-known/spin/x', '/.well-known/spin', '/.well-known/spindle/...');
    assert.deepEqual(
      notices.map(({ kind, route }) => [kind, route.written]),
      [
        ['reserved', '/.well-known/spin/x'],
        ['reserved', '/.well-known/spin/...'],
      ],
    );
  });

  test('leaves private triggers out', () => {
    const { routes, match } = createRouter([trigger('private', { private: true }), trigger('public', '/a')]);
    assert.equal(routes.length, 1);
    assert.equal(match('/a')?.trigger.id, 'public');
    assert.equal(match('/private'), undefined);
  });
});
