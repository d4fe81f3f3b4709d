// What the threads that use a file share of it: how many commits it had, so that those that read see whether there was one; and
// whether somebody waits for the storage thread, which is started behind those that serve.

/** Shared between threads; 32-bit words. The count wraps round. */
export type CommitCounter = Int32Array<SharedArrayBuffer>;

const countWord = 0;
const wantedWord = 1;

export const newCommitCounter = (): CommitCounter => new Int32Array(new SharedArrayBuffer(8));

/** After the commit, before anybody is told of it. */
export const countCommit = (counter: CommitCounter): void => void Atomics.add(counter, countWord, 1);

export const commitsSeen = (counter: CommitCounter): number => Atomics.load(counter, countWord);

/** From now on somebody waits for a write. */
export function wantWriter(counter: CommitCounter): void {
  if (Atomics.exchange(counter, wantedWord, 1) === 0) Atomics.notify(counter, wantedWord);
}

/** Resolves when somebody waits for a write, or after `timeoutMs`. */
export async function writerWanted(counter: CommitCounter, timeoutMs: number): Promise<void> {
  await Atomics.waitAsync(counter, wantedWord, 0, timeoutMs).value;
}
