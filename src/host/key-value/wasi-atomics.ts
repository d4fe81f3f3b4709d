// wasi:keyvalue/atomics@0.2.0-draft2: counters, and values that are set only if they are what the guest believes.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import { CompareAndSwap } from './compare-and-swap.ts';
import type { OpenStore } from './declarations.ts';
import { wasiAtomics, type CasError, type WasiKeyValueError } from './declarations-wasi.ts';
import type { KeyValueState } from './open-stores.ts';
import { errorText, type StoreError } from './store.ts';
import { wasiAnswer } from './wasi-store.ts';

/** How many compare-and-swaps an invocation may hold; for the same reasons as stores. */
export const openCompareAndSwapsMax = 10_000;

export const wasiAtomicsHost: Provided<KeyValueState> = provide<KeyValueState>()(
  wasiAtomics,
  {
    '[static]cas.new': begin,
    '[method]cas.current': (_, cas) => wasiAnswer(cas.current()),
    increment: (_, { store, label }, key, delta) => wasiAnswer(store.increment(label, key, delta)),
    swap,
  },
  { cas: release },
);

function begin(state: KeyValueState, bucket: OpenStore, key: string): Result<CompareAndSwap, WasiKeyValueError> {
  if (state.openCompareAndSwaps >= openCompareAndSwapsMax) {
    return err({ tag: 'other', val: 'too many compare_and_swaps opened' });
  }
  state.openCompareAndSwaps += 1;
  return ok(new CompareAndSwap(bucket, key, state.hold));
}

/** The guest has given its handle away: whatever happens, `cas` is let go of. */
async function swap(state: KeyValueState, cas: CompareAndSwap, value: Uint8Array): Promise<Result<undefined, CasError>> {
  const done = await cas.swap(value);
  release(state, cas);
  if (done.tag === 'err') return storeError(done.val);
  if (done.val) return okay;
  const next = await cas.renewed();
  if (next.tag === 'err') return storeError(next.val);
  state.openCompareAndSwaps += 1;
  return err({ tag: 'cas-failed', val: next.val });
}

function release(state: KeyValueState, cas: CompareAndSwap): void {
  state.openCompareAndSwaps -= 1;
  cas.release();
}

const storeError = (error: StoreError): Result<never, CasError> =>
  err({ tag: 'store-error', val: { tag: 'other', val: errorText(error) } });
