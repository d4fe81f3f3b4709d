// `tspin up --dev` and `tspin watch` as a developer sees them: a line for each request, guests' output told apart, JSON for programs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFolder } from './guests.ts';
import { tspinUp } from './tspin-process.ts';

test('up --dev tells of each request, and puts the component before what it prints', async t => {
  const app = await tspinUp(t, ['-f', appFolder(t), '--dev']);
  await (await fetch(`${app.url}/print?out=hello&err=oops`)).text();
  assert.equal((await fetch(`${app.url}/.well-known/spin/nothing`)).status, 404);
  const failed = await fetch(`${app.url}/trap`);
  assert.match(failed.headers.get('content-type') ?? '', /json/);
  await failed.text();
  assert.equal(await app.stop(), 0);
  const stderr = app.stderr.replaceAll(/\d\d:\d\d:\d\d/g, 'TIME').replaceAll(/\d+ ms/g, 'N ms');
  assert.match(stderr, /^TIME \[probe\] hello$/m);
  assert.match(stderr, /^TIME \[probe\] oops$/m);
  assert.match(stderr, /^TIME GET \/print\?out=hello&err=oops 200 N ms probe$/m);
  assert.match(stderr, /^TIME GET \/\.well-known\/spin\/nothing 404 N ms$/m);
  assert.match(stderr, /^warning: component "probe" trapped on GET \/trap: unreachable$/m);
  assert.match(stderr, /^TIME GET \/trap 500 N ms probe$/m);
});

test('up --log-format json: every line on stderr is JSON, in development and without', async t => {
  for (const dev of [['--dev'], []]) {
    const app = await tspinUp(t, ['-f', appFolder(t), '--log-format', 'json', ...dev]);
    await (await fetch(`${app.url}/print?out=hello`)).text();
    await (await fetch(`${app.url}/trap`)).text();
    assert.equal(await app.stop(), 0);
    const lines = app.stderr
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { kind: string; text?: string; path?: string });
    assert.deepEqual(
      lines.filter(({ kind }) => kind === 'request').map(({ path }) => path),
      dev.length > 0 ? ['/print?out=hello', '/trap'] : [],
    );
    assert.ok(lines.some(({ kind, text }) => kind === 'output' && text === 'hello'));
    assert.ok(lines.some(({ kind, text }) => kind === 'message' && text?.includes('trapped on GET /trap')));
  }
});
