import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { parse } from 'smol-toml';

import { appendBlock, inlineToml, setInTable } from '../../../src/dev/toml/edit.ts';
import { mergeEntries, mergeTables } from '../../../src/dev/toml/merge.ts';

const manifest = `# mine
spin_manifest_version = 2 # the version

[application]
name = "a"   # aligned
# about the trigger
[application.trigger.redis]
address = "redis://a"

[variables]
one = { default = "1" } # first

[component.a]
source = "a.wasm"
`;

test('a value is set in place, and all else stays as it is', () => {
  const edited = setInTable(manifest, ['application'], 'name', '"b"');
  assert.equal(edited, manifest.replace('name = "a" ', 'name = "b" '));
});

test('a new key comes after the entries of its table', () => {
  assert.equal(
    setInTable(manifest, ['application'], 'version', '"1"'),
    manifest.replace('# aligned\n', '# aligned\nversion = "1"\n'),
  );
});

test('a table that only stands inside of another header gets one of its own', () => {
  const text = '[application.trigger.redis]\naddress = "x"\n';
  const edited = setInTable(text, ['application'], 'name', '"b"');
  assert.deepEqual(JSON.parse(JSON.stringify(parse(edited))), {
    application: { name: 'b', trigger: { redis: { address: 'x' } } },
  });
  assert.ok(edited.startsWith(text));
});

test('a key at the top comes before the first header', () => {
  assert.equal(setInTable('[a]\nb = 1\n', [], 'c', '2'), 'c = 2\n[a]\nb = 1\n');
  assert.equal(setInTable('x = 1\n[a]\nb = 1\n', [], 'c', '2'), 'x = 1\nc = 2\n[a]\nb = 1\n');
});

test('a snippet of variables overwrites those of the same name, as Spin does', () => {
  assert.equal(
    mergeEntries(manifest, ['variables'], 'one = { default = "x" }\ntwo = { required = true }\n'),
    manifest.replace('one = { default = "1" } # first', 'one = { default = "x" } # first\ntwo = { required = true }'),
  );
});

test('a snippet of a table that is there sets its entries; one that is not is added as it is written', () => {
  assert.equal(
    mergeTables(manifest, '[application.trigger.redis]\naddress = "redis://b"\n'),
    manifest.replace('redis://a', 'redis://b'),
  );
  assert.equal(
    mergeTables('a = 1', '\n[application.trigger.sqs] # ours\nqueue = "q"\n'),
    'a = 1\n\n[application.trigger.sqs] # ours\nqueue = "q"\n',
  );
});

test('lines end as those of the document do', () => {
  assert.equal(appendBlock('a = 1\r\n', '[b]\nc = 1'), 'a = 1\r\n\r\n[b]\r\nc = 1\r\n');
});

test('whatever is set is what a TOML reader finds, and nothing else changes', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
  const keys = fc.constantFrom('name', 'version', 'odd key', 'x');
  const tables = fc.constantFrom(['application'], ['variables'], ['component', 'a'], ['component', 'new'], []);
  fc.assert(
    fc.property(tables, keys, value, (table, key, wanted) => {
      const before = parse(manifest);
      const after = parse(setInTable(manifest, table, key, inlineToml(wanted)));
      let owner: Record<string, unknown> = before;
      for (const part of table) owner = (owner[part] ??= {}) as Record<string, unknown>;
      owner[key] = wanted;
      assert.deepEqual(JSON.parse(JSON.stringify(after)), JSON.parse(JSON.stringify(before)));
    }),
  );
});
