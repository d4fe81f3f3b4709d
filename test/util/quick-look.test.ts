import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { QuickLook } from '../../src/util/quick-look.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// Every file system takes longer than nothing.
for (const [speed, slowMs] of [
  ['that answers at once', 60_000],
  ['that is slow', -1],
] as const) {
  test(`a file system ${speed} says what is there, and nothing of what is not`, async t => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'file'), '12345');
    const look = new QuickLook({ slowMs });
    for (let round = 0; round < 2; round += 1) {
      assert.equal((await look.stat(join(folder, 'file')))?.size, 5);
      assert.equal((await look.stat(join(folder, 'below')))?.isDirectory(), true);
      assert.deepEqual((await look.names(folder))?.toSorted(), ['below', 'file']);
      for (const path of ['none', 'file/none']) {
        assert.equal(await look.stat(join(folder, path)), undefined);
        assert.equal(await look.names(join(folder, path)), undefined);
      }
    }
  });
}

test('what else there is to do gets its turn while much is looked at', async t => {
  const folder = temporaryFolder(t);
  const look = new QuickLook();
  let turns = 0;
  const count = (): void => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const until = performance.now() + 50;
  while (performance.now() < until) await look.stat(folder);
  clearImmediate(timer);
  assert.ok(turns > 2, `${turns} turns in 50 ms`);
});
