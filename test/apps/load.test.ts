// wrk and h2load at once: HTTP/1 and HTTP/2 on one port under load, without one error. TSPIN_LOAD_SECONDS makes it longer.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appFolder, repository } from './guests.ts';
import { tspinUp } from './tspin-process.ts';

const seconds = Number(process.env['TSPIN_LOAD_SECONDS'] ?? '10');
const run = promisify(execFile);

const missing = ['wrk', 'h2load'].filter(program => spawnSync(program, ['--version']).error);
const skip = missing.length > 0 && process.env['CI'] === undefined ? `there is no ${missing.join(' and no ')}` : false;

/** `h2load` prints `requests: 10 total, 10 started, 10 done, 10 succeeded, 0 failed, 0 errored, 0 timeout`. */
function h2loadCounts(output: string): Readonly<Record<string, number>> {
  const line = /^requests: .*$/m.exec(output)?.[0] ?? '';
  return Object.fromEntries([...line.matchAll(/(\d+) (\w+)/g)].map(([, count, what]) => [what, Number(count)]));
}

test(`${seconds} s of wrk and h2load at once end without an error`, { skip, timeout: (seconds + 120) * 1000 }, async t => {
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '']);
  const [first, second, uploads] = await Promise.all([
    run('wrk', ['-t1', '-c16', `-d${seconds}s`, '--timeout', '30s', `${app.url}/count`]),
    run('h2load', ['-c4', '-m10', `-D${seconds}`, '-t1', `${app.url}/count`]),
    run('h2load', ['-c2', '-m4', `-D${seconds}`, '-t1', '-d', join(repository, 'package.json'), `${app.url}/echo`]),
  ]);
  assert.match(first.stdout, /^ *[1-9]\d* requests in/m);
  assert.doesNotMatch(first.stdout, /Socket errors|Non-2xx/);
  for (const { stdout } of [second, uploads]) {
    const { succeeded = 0, failed, errored, timeout } = h2loadCounts(stdout);
    assert.deepEqual([failed, errored, timeout], [0, 0, 0], stdout);
    assert.ok(succeeded > 0, stdout);
    assert.match(stdout, /^status codes: \d+ 2xx, 0 3xx, 0 4xx, 0 5xx$/m);
  }
  assert.equal(await app.stop(), 0);
  assert.equal(app.stderr.replaceAll(/^(Storing|Preparing|Waiting).*\n/gm, ''), '');
});
