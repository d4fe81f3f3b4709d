// Makes the folder of an app for a test, and removes it.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** @param files by path; a value that begins with `->` makes a symbolic link. */
export function appFolder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tspin-test-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (content.startsWith('->')) symlinkSync(content.slice(2).trim(), join(folder, path));
    else writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A manifest with one component `cart` on `/...`. @param component more lines of `[component.cart]` */
export const cartManifest = (component = '', application = ''): string => `spin_manifest_version = 2
[application]
name = "shop"
${application}
[[trigger.http]]
route = "/..."
component = "cart"
[component.cart]
source = "cart.wasm"
${component}
`;
