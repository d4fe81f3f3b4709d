import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TspinError } from '../../src/errors.ts';
import { parseBuildSections } from '../../src/manifest/build-sections.ts';

test('reads builds from a manifest that is otherwise wrong', () => {
  const sections = parseBuildSections(
    'nonsense = 1\n[component.my_cart]\nbuild.command = "make"\n[component.other]\n',
    'spin.toml',
  );
  assert.deepEqual([...sections.keys()], ['my_cart', 'other']);
  assert.deepEqual(sections.get('my_cart')?.commands, ['make']);
  assert.equal(sections.get('other'), undefined);
});

test('reads builds from a manifest of version 1', () => {
  const text = 'spin_manifest_version = "1"\n[[component]]\nid = "cart"\n[component.build]\ncommand = "make"\nworkdir = "cart"\n';
  assert.equal(parseBuildSections(text, 'spin.toml').get('cart')?.workdir, 'cart');
});

test('finds nothing to build in a manifest without components', () => {
  assert.equal(parseBuildSections('x = 1', 'spin.toml').size, 0);
});

test('still refuses a build that is wrong itself', () => {
  assert.throws(() => parseBuildSections('[component.a.build]\ncommand = 1\n', 'spin.toml'), TspinError);
});
