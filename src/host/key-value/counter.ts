// Counters of `wasi:keyvalue/atomics` as Spin stores them: 8 bytes, a signed number, the lowest byte first (spin-behaviour 3.2).

export const counterBytes = 8;

export const counterOf = (bytes: Uint8Array): bigint => viewOf(bytes).getBigInt64(0, true);

export function encodeCounter(value: bigint): Uint8Array {
  const bytes = new Uint8Array(counterBytes);
  viewOf(bytes).setBigInt64(0, value, true);
  return bytes;
}

/** Is it a signed number of 64 bits? */
export const isCounter = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView => new DataView(buffer, byteOffset, byteLength);
