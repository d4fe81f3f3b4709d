// Compares a text with a file under test/golden; UPDATE_GOLDEN=1 rewrites the file instead.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `name` is a path below test/golden, e.g. `help/up.txt`. */
export function assertGolden(name: string, actual: string): void {
  const path = join(import.meta.dirname, 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  assert.equal(actual, readFileSync(path, 'utf8'), `differs from test/golden/${name}; UPDATE_GOLDEN=1 rewrites it`);
}
