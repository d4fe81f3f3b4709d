// What a result may count for: the one limit that both ends of a statement look at.

/** The most bytes that a result may count for (spin-behaviour 3.4); for streams, all together that a guest has not read. */
export const resultBytesMax: number = 128 * 1024 * 1024;
