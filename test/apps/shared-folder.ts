// A folder for what several tests of one file use; it is removed when they have run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** To be called at the top of a file: what is called in a hook ends with the hook. */
export function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tspin-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
