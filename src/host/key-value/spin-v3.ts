// spin:key-value/key-value@3.0.0: what 2.0.0 does, but that the keys come as a stream and their end as a future.
import { FutureValue } from '../../wit/future-value.ts';
import { ListStream } from '../../wit/list-stream.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import { okay, type Result } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import type { KeyValueError, OpenStore } from './declarations.ts';
import { keyValueV3 } from './declarations-3.ts';
import { otherError, type KeyValueState } from './open-stores.ts';
import { storeDrops, storeFunctions } from './spin-v2.ts';
import type { StoreResult } from './store.ts';

/** What a key takes in the host besides its text. */
const keyOverheadBytes = 24;

type Listing = [StreamReader<string[]>, FutureReader<Result<undefined, KeyValueError>>];

export const spinV3: Provided<KeyValueState> = provide<KeyValueState>()(
  keyValueV3,
  { ...storeFunctions, '[method]store.get-keys': listKeys },
  storeDrops,
);

function listKeys({ hold }: KeyValueState, { store, label }: OpenStore): Listing | Promise<Listing> {
  const given = store.getKeys(label);
  return given instanceof Promise ? given.then(keys => listing(keys, hold)) : listing(given, hold);
}

function listing(given: StoreResult<string[]>, hold: (bytes: number) => void): Listing {
  if (given.tag === 'err') return [new ListStream([]), FutureValue.of(otherError(given) as Result<undefined, KeyValueError>)];
  const keys = given.val;
  // A guest may ask again and again and read none of them.
  const bytes = keys.reduce((sum, key) => sum + key.length + keyOverheadBytes, 0);
  hold(bytes);
  return [new ListStream(keys, () => hold(-bytes)), FutureValue.of(okay)];
}
