// The interfaces by which guests read variables, as WIT values. Each function may wait: a provider may be asked over the network.
import { asyncFunc, waitingFunc, witInterface } from '../../wit/interface.ts';
import { list, option, result, string, tuple, variant, type Js } from '../../wit/types.ts';

const name = ['name', string] as const;
const key = ['key', string] as const;

/** Each version owns one of its own. */
const declareError = () => variant('error', { 'invalid-name': string, undefined: string, provider: string, other: string });
const errorV2 = declareError();
const errorV3 = declareError();

/** The `error` of fermyon:spin/variables@2.0.0 and of spin:variables@3.0.0. */
export type VariablesError = Js<typeof errorV2>;

export const variablesV2 = witInterface('fermyon:spin/variables', '2.0.0', {
  functions: { get: waitingFunc([name], result(string, errorV2)) },
});

export const variablesV3 = witInterface('spin:variables/variables', '3.0.0', {
  functions: { get: asyncFunc([name], result(string, errorV3)) },
});

const errorV1 = variant('error', { provider: string, 'invalid-key': string, 'invalid-schema': string, other: string });

/** The `error` of fermyon:spin/config. */
export type ConfigError = Js<typeof errorV1>;

/** Of Spin 1, whose package has no version. */
export const configV1 = witInterface('fermyon:spin/config', undefined, {
  functions: { 'get-config': waitingFunc([key], result(string, errorV1)) },
});

const storeError = variant('error', { upstream: string, io: string });

/** The `error` of wasi:config/store. */
export type StoreError = Js<typeof storeError>;

export const configStore = witInterface('wasi:config/store', '0.2.0-draft-2024-09-27', {
  functions: {
    get: waitingFunc([key], result(option(string), storeError)),
    'get-all': waitingFunc([], result(list(tuple(string, string)), storeError)),
  },
});
