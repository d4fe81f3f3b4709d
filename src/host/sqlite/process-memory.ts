// How much memory an SQL process may take.

/** A result of 128 MB, its copies on the way out, and the same again for databases in memory. What goes to disk does not count. */
export const memoryBytesMax: number = 1024 * 1024 * 1024;

/** Ends a process that takes more, and tells whoever started it why: nobody else sends this one. */
export const memorySignal: NodeJS.Signals = process.platform === 'win32' ? 'SIGTERM' : 'SIGUSR2';
