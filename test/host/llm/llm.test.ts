import assert from 'node:assert/strict';
import { test } from 'node:test';
import { llmV1, llmV2 } from '../../../src/host/llm/declarations.ts';
import { llm } from '../../../src/host/llm/llm.ts';
import { bootHost } from '../harness.ts';

const boot = () => bootHost(llm, { components: [{ aiModels: [{ name: 'llama2-chat', at: undefined }] }] });

for (const [version, wit] of [
  ['without a version', llmV1],
  ['2.0.0', llmV2],
] as const) {
  test(`${version}: a model of the component has the answer of a Spin without an engine`, async () => {
    const { functions, warnings } = await boot();
    const expected = {
      tag: 'err',
      val: { tag: 'runtime-error', val: 'Local LLM operations are not supported in this version of Spin.' },
    };
    assert.deepEqual(functions(wit).infer('llama2-chat', 'hello', undefined), expected);
    assert.deepEqual(functions(wit)['generate-embeddings']('llama2-chat', ['hello']), expected);
    assert.deepEqual(warnings, []);
  });

  test(`${version}: another model is an invalid input, and the user is told once how to allow it`, async () => {
    const { functions, warnings } = await boot();
    const expected = {
      tag: 'err',
      val: {
        tag: 'invalid-input',
        val:
          "The component does not have access to use 'gpt'. To give the component access, add 'gpt' to the 'ai_models' key " +
          'for the component in your spin.toml manifest',
      },
    };
    assert.deepEqual(functions(wit).infer('gpt', 'hello', undefined), expected);
    assert.deepEqual(functions(wit)['generate-embeddings']('gpt', []), expected);
    assert.deepEqual(warnings, [
      'component "stub" was refused the language model "gpt": add "gpt" to ai_models in [component.stub] to allow it',
    ]);
  });
}
