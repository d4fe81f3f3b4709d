// A guest in Rust, C or Go is checked in as .wasm: this tells when its sources have changed since (scripts/build-guests.sh rebuilds it).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkedInGuests, repository } from './apps/guests.ts';

for (const guest of checkedInGuests()) {
  test(`${guest} was built of the sources beside it`, () => {
    const folder = join(repository, guest);
    const sources = globSync(['Cargo.lock', 'Cargo.toml', 'src/**/*.{rs,wit}', 'build.sh', '*.c', '*.go', 'go.sum'], {
      cwd: folder,
    }).toSorted();
    const lines = sources.map(
      name =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}  ${name}`,
    );
    assert.deepEqual(readFileSync(join(folder, 'sources.sha256'), 'utf8').trimEnd().split('\n').toSorted(), lines.toSorted());
  });
}
