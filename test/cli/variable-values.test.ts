// The forms of --variable. What is wrong with others is in test/golden/mistakes/cli.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VariableOption } from '../../src/index.ts';
import { parseVariables } from '../../src/cli/variable-values.ts';

const forms: readonly (readonly [text: string, option: VariableOption])[] = [
  ['greeting=hello', { name: 'greeting', value: 'hello' }],
  ['a_b2=', { name: 'a_b2', value: '' }],
  ['a=b=c', { name: 'a', value: 'b=c' }],
  ['a= @b', { name: 'a', value: ' @b' }],
  ['a=@b=c.txt', { name: 'a', valueFile: 'b=c.txt' }],
  ['@values.json', { file: 'values.json' }],
  ['@a=b/values.toml', { file: 'a=b/values.toml' }],
];

for (const [text, option] of forms) test(`reads ${text}`, () => assert.deepEqual(parseVariables([text]), [option]));

test('keeps the order', () => assert.equal(parseVariables(forms.map(([text]) => text)).length, forms.length));
