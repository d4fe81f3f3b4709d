// A trap raised by the host. It is a WebAssembly.RuntimeError because jco turns any other Error into a half-unwound guest.

/** Ends the guest: an unknown handle, a rule of the interface broken, an invocation that is over. */
export class Trap extends WebAssembly.RuntimeError {
  override readonly name: string = 'Trap';
}

/** A command ended itself, and says that it did what it was to do: no fault, but no code of its instance may run any more. */
export class Exited extends Trap {}
