// The numbers of the canonical ABI's async half (component-model, CanonicalABI.md and its definitions.py).

/** What a guest is told of a waitable (EventCode). */
export const events = {
  none: 0,
  subtask: 1,
  streamRead: 2,
  streamWrite: 3,
  futureRead: 4,
  futureWrite: 5,
} as const;

/** What the callback of an async-lifted export asks for, in its low four bits (CallbackCode); a waitable set is above them. */
export const callbackCodes = { exit: 0, yield: 1, wait: 2 } as const;

/** How far a subtask is (Subtask.State), in the low four bits; its handle is above them. */
export const subtaskStates = { started: 1, returned: 2, cancelledBeforeReturned: 4 } as const;

/** How a read or write ended (CopyResult), in the low four bits; for streams the number of items is above them. */
export const copyResults = { completed: 0, dropped: 1, cancelled: 2 } as const;

/** In place of a result: it is told later. */
export const blocked = -1;

/** Items that one read or write may be about (Buffer.MAX_LENGTH). */
export const itemsMax: number = 2 ** 28 - 1;
