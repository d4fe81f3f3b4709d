// wasi:keyvalue/batch@0.2.0-draft2. As Spin on SQLite: what is missing is left out of an answer, and its order is the keys' own.
import { ok, okay } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import { wasiBatch } from './declarations-wasi.ts';
import type { KeyValueState } from './open-stores.ts';
import { wasiAnswer } from './wasi-store.ts';

export const wasiBatchHost: Provided<KeyValueState> = provide<KeyValueState>()(wasiBatch, {
  'get-many': (_, { store, label }, keys) => (keys.length === 0 ? ok([]) : wasiAnswer(store.getMany(label, keys))),
  'set-many': (_, { store, label }, pairs) => (pairs.length === 0 ? okay : wasiAnswer(store.setMany(label, pairs))),
  'delete-many': (_, { store, label }, keys) => (keys.length === 0 ? okay : wasiAnswer(store.deleteMany(label, keys))),
});
