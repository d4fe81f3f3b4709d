// One key of a key-value store, for the search for an order of a history: its value is a number of 64 bits, or there is none.
import type { Model } from './linearizability.ts';

/** `answer` is left out where none came. */
export type KeyOperation =
  | { readonly kind: 'get'; readonly answer: bigint | undefined }
  | { readonly kind: 'set'; readonly value: bigint }
  | { readonly kind: 'delete' }
  | { readonly kind: 'increment'; readonly delta: bigint; readonly answer?: bigint }
  /** It read, compared and set. `seen`: what it had read; left out where no answer came. */
  | { readonly kind: 'swap'; readonly value: bigint; readonly answer?: { readonly seen: bigint | undefined } };

type State = bigint | undefined;

export const keyModel: Model<State, KeyOperation> = {
  initial: undefined,
  nameOf: String,
  step: (state, op) => {
    switch (op.kind) {
      case 'get':
        return op.answer === state ? { state } : undefined;
      case 'set':
        return { state: op.value };
      case 'delete':
        return { state: undefined };
      case 'increment': {
        const sum = BigInt.asIntN(64, (state ?? 0n) + op.delta);
        return op.answer === undefined || op.answer === sum ? { state: sum } : undefined;
      }
      case 'swap':
        return !op.answer || op.answer.seen === state ? { state: op.value } : undefined;
    }
  },
};
