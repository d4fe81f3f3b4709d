// The WIT of language models as values: fermyon:spin/llm, without a version and at 2.0.0 (spin-behaviour 3.8).
import { func, witInterface } from '../../wit/interface.ts';
import { alias, f32, list, option, record, result, string, u32, variant } from '../../wit/types.ts';

/** Both versions have the same. */
function declare(version: string | undefined) {
  const inferencingModel = alias('inferencing-model', string);
  const embeddingModel = alias('embedding-model', string);
  const params = record('inferencing-params', {
    'max-tokens': u32,
    'repeat-penalty': f32,
    'repeat-penalty-last-n-token-count': u32,
    temperature: f32,
    'top-k': u32,
    'top-p': f32,
  });
  const error = variant('error', { 'model-not-supported': null, 'runtime-error': string, 'invalid-input': string });
  const usage = record('inferencing-usage', { 'prompt-token-count': u32, 'generated-token-count': u32 });
  const inferred = record('inferencing-result', { text: string, usage });
  const embeddings = record('embeddings-result', {
    embeddings: list(list(f32)),
    usage: record('embeddings-usage', { 'prompt-token-count': u32 }),
  });
  return witInterface('fermyon:spin/llm', version, {
    types: [inferencingModel, params, error, usage, inferred, embeddingModel, embeddings],
    functions: {
      infer: func(
        [
          ['model', inferencingModel],
          ['prompt', string],
          ['params', option(params)],
        ],
        result(inferred, error),
      ),
      'generate-embeddings': func(
        [
          ['model', embeddingModel],
          ['text', list(string)],
        ],
        result(embeddings, error),
      ),
    },
  });
}

export const llmV1 = declare(undefined);
export const llmV2 = declare('2.0.0');
