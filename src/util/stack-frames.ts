// How many frames V8 keeps of an error.

/** Of a guest's trap: a panic in Rust has twelve frames of its own before those of who panicked, and V8 keeps ten by itself. */
export const guestStackFrames = 40;
