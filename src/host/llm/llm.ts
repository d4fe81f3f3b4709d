// Language models: which a component may use, and the answer that Spin itself gives without an engine (spin-behaviour 3.8).
import { err, type Result } from '../../wit/types.ts';
import { provide, type HostContext, type HostInterface, type Invocation } from '../interface.ts';
import { Refusals } from '../refusals.ts';
import { llmV1, llmV2 } from './declarations.ts';

/** Spin's own words, which its conformance tests look for. */
export const noEngine = 'Local LLM operations are not supported in this version of Spin.';

export interface LlmState {
  readonly allowed: ReadonlySet<string>;
  /** Tells the user. */
  readonly refused: (model: string) => void;
}

type LlmError = { readonly tag: 'invalid-input'; readonly val: string } | { readonly tag: 'runtime-error'; readonly val: string };

function answer({ allowed, refused }: LlmState, model: string): Result<never, LlmError> {
  if (allowed.has(model)) return err({ tag: 'runtime-error', val: noEngine });
  refused(model);
  return err({
    tag: 'invalid-input',
    val:
      `The component does not have access to use '${model}'. To give the component access, add '${model}' to the ` +
      "'ai_models' key for the component in your spin.toml manifest",
  });
}

const functions = { infer: answer, 'generate-embeddings': answer };

function configure({ components, warn }: HostContext) {
  const allowed = new Map(components.map(({ id, aiModels }) => [id, new Set(aiModels.map(({ name }) => name))]));
  const nothing: ReadonlySet<string> = new Set();
  const refusals = new Refusals({ what: 'language model', list: 'ai_models' }, warn);
  return {
    begin: (invocation: Pick<Invocation, 'component' | 'refused'>): LlmState => ({
      allowed: allowed.get(invocation.component.id) ?? nothing,
      refused: model => refusals.tell(invocation, model),
    }),
  };
}

export const llm: HostInterface<LlmState> = {
  name: 'llm',
  provides: [provide<LlmState>()(llmV1, functions), provide<LlmState>()(llmV2, functions)],
  configure,
};
