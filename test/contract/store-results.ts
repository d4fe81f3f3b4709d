// What tests of stores say and hear.
import assert from 'node:assert/strict';
import type { StoreResult } from '../../src/host/key-value/store.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const text = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value);

export function okOf<T>(result: StoreResult<T>): T {
  if (result.tag === 'err') assert.fail(`the store failed: ${JSON.stringify(result.val)}`);
  return result.val;
}

/** The reason that the store gives to the guest. */
export function failureOf(result: StoreResult<unknown>): string {
  assert.ok(result.tag === 'err' && result.val.kind === 'failed', JSON.stringify(result));
  return result.val.message;
}
