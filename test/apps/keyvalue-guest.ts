// What is said to the guest of test/guests/keyvalue, and what it answers.

export interface Command {
  readonly via?: 'wasi' | 'v1';
  readonly op: string;
  readonly store?: string;
  readonly key?: string;
  /** Hexadecimal, as all values. */
  readonly value?: string;
  readonly keys?: readonly string[];
  readonly pairs?: readonly (readonly [string, string])[];
  readonly delta?: number;
  readonly look?: boolean;
  readonly between?: string;
  readonly retry?: boolean;
  readonly cursor?: string;
}

export type Answer = { readonly ok: unknown } | { readonly err: string };

export type Send = (path: string, init: { method: string; body: string }) => Promise<Response>;

/** Undefined when the guest trapped. */
export async function tell(send: Send, command: Command): Promise<Answer | undefined> {
  const response = await send('/', { method: 'POST', body: JSON.stringify(command) });
  const text = await response.text();
  return response.status === 200 ? (JSON.parse(text) as Answer) : undefined;
}

export const hex = (text: string): string => Buffer.from(text).toString('hex');

/** A counter as the guest shows it. */
export function hexOfCounter(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes.toString('hex');
}

export const counterOfHex = (text: string): bigint => Buffer.from(text, 'hex').readBigInt64LE();
