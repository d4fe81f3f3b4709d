// A folder for one test, removed when the test ends.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export function temporaryFolder(t: TestContext): string {
  // The real path: on some systems the temporary folder is a link, and messages have the path that it leads to.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tspin-test-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
