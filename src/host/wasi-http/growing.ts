// Fields that a guest makes or changes: what they take is counted for its invocation.
import type { Invocation } from '../interface.ts';
import { FieldsTooLarge, type Fields } from './fields.ts';

/** Headers past the limit end the guest: wasi:http 0.2 has no error for it. */
export function limited<T>(invocation: Invocation, change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (error instanceof FieldsTooLarge) return invocation.trap(error.message);
    throw error;
  }
}

/** The same, with what the fields grew by counted for the invocation. */
export function growing<T>(invocation: Invocation, fields: Fields, change: () => T): T {
  const before = fields.bytes;
  const changed = limited(invocation, change);
  invocation.hold(fields.bytes - before);
  return changed;
}

/** New fields, counted for the invocation. */
export function counted(invocation: Invocation, fields: Fields): Fields {
  invocation.hold(fields.bytes);
  return fields;
}

export function dropFields(invocation: Invocation, fields: Fields): void {
  if (fields.isMutable) invocation.hold(-fields.bytes);
}
