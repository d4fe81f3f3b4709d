// Guests may print while they are loaded, before it is known where their output goes: it is held until then.
import type { GuestOutput } from '../host/interface.ts';

/** What is held at most; a guest that prints more before the app is served loses the rest. */
const heldBytesMax = 1 << 20;

export interface DeferredOutput extends GuestOutput {
  /** Passes on what was held, and everything from now on. */
  open(output: GuestOutput): void;
}

export function deferOutput(): DeferredOutput {
  let target: GuestOutput | undefined;
  const held: Parameters<GuestOutput['write']>[] = [];
  let heldBytes = 0;
  return {
    write: (component, stream, bytes) => {
      if (target) {
        target.write(component, stream, bytes);
        return;
      }
      heldBytes += bytes.byteLength;
      // Copied: the guest's memory is its own again after the call.
      if (heldBytes <= heldBytesMax) held.push([component, stream, bytes.slice()]);
    },
    open: output => {
      target = output;
      for (const write of held.splice(0)) output.write(...write);
    },
  };
}
