// The host interface of application variables: one answer, told in the words of four WIT interfaces.
import { whenKnown } from '../../util/awaitable.ts';
import { err, ok, type Result } from '../../wit/types.ts';
import { provide, type ConfiguredHost, type HostContext, type HostInterface, type Invocation } from '../interface.ts';
import { allVariables, variableOf, type Value, type VariablesState } from './component-variables.ts';
import {
  configStore,
  configV1,
  variablesV2,
  variablesV3,
  type ConfigError,
  type StoreError,
  type VariablesError,
} from './declarations.ts';
import { VariableResolver } from './resolver.ts';

const provided = provide<VariablesState>();

export const variables: HostInterface<VariablesState> = {
  name: 'variables',
  provides: [
    provided(variablesV2, { get: variableOf }),
    provided(variablesV3, { get: variableOf }),
    provided(configV1, { 'get-config': (state, key) => whenKnown(variableOf(state, key), asConfig) }),
    provided(configStore, {
      // To ask for one that is not there is no mistake here.
      get: (state, key) => whenKnown(variableOf({ ...state, refused: undefined }, key), asStored),
      'get-all': state => whenKnown(allVariables(state), all => (all.tag === 'ok' ? all : err(storeError(all.val)))),
    }),
  ],
  configure,
};

async function configure({ app }: HostContext): Promise<ConfiguredHost<VariablesState>> {
  const resolver = await VariableResolver.open(app);
  const functions = variables.provides.flatMap(({ wit }) => Object.keys(wit.functions).map(name => `${wit.name}#${name}`));
  return {
    atOnce: resolver.waits ? [] : functions,
    begin: invocation => stateOf(invocation, resolver),
    close: () => resolver.close(),
  };
}

const stateOf = (invocation: Invocation, resolver: VariableResolver): VariablesState => ({
  component: invocation.component.id,
  templates: invocation.component.variables,
  resolver,
  signal: invocation.signal,
  refused: text => invocation.refused?.(text),
});

function asConfig(value: Value): Result<string, ConfigError> {
  if (value.tag === 'ok') return value;
  const { tag, val } = value.val;
  switch (tag) {
    case 'invalid-name':
      return err({ tag: 'invalid-key', val });
    case 'undefined':
      return err({ tag: 'provider', val });
    default:
      return err({ tag: 'other', val });
  }
}

/** wasi:config has no error for a name that is not there, or cannot be. */
function asStored(value: Value): Result<string | undefined, StoreError> {
  if (value.tag === 'ok') return value;
  const { tag } = value.val;
  return tag === 'undefined' || tag === 'invalid-name' ? ok(undefined) : err(storeError(value.val));
}

const storeError = ({ tag, val }: VariablesError): StoreError => ({ tag: tag === 'provider' ? 'upstream' : 'io', val });
