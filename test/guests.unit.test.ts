// A guest in Rust, C or Go is checked in as .wasm: this tells when its sources have changed since (scripts/build-guests.sh rebuilds it).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

for (const guest of [
  'examples/kv-rust',
  'test/guests/probe',
  'test/guests/probe3',
  'test/guests/kv-rust6',
  'test/guests/kv-rust7',
  'test/guests/config',
  'test/guests/config3',
  'test/guests/keyvalue',
  'test/guests/sqlite',
  'test/guests/sqlite3',
  'bench/guests/hello-rust',
  'test/guests/kv-c',
  'test/guests/kv-go',
  'test/guests/wagi',
]) {
  test(`${guest} was built of the sources beside it`, () => {
    const folder = join(import.meta.dirname, '..', guest);
    const sources = globSync(['Cargo.lock', 'Cargo.toml', 'src/**/*.rs', 'build.sh', '*.c', '*.go', 'go.sum'], {
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
