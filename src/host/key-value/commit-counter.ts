// Counts the commits of a file across threads: the storage thread counts, those that read look whether there was one.

/** Shared between threads; one 32-bit word, which wraps round. */
export type CommitCounter = Int32Array<SharedArrayBuffer>;

export const newCommitCounter = (): CommitCounter => new Int32Array(new SharedArrayBuffer(4));

/** After the commit, before anybody is told of it. */
export const countCommit = (counter: CommitCounter): void => void Atomics.add(counter, 0, 1);

export const commitsSeen = (counter: CommitCounter): number => Atomics.load(counter, 0);
