// Values that are known at once, most often, or else promised: a promise would suspend the guest, so none is made without need.

export type Awaitable<T> = T | Promise<T>;

export const whenKnown = <A, B>(given: Awaitable<A>, use: (value: A) => B): Awaitable<B> =>
  given instanceof Promise ? given.then(use) : use(given);

/** A promise only if there is one among them. */
export function whenAllKnown<T>(given: readonly Awaitable<T>[]): Awaitable<T[]> {
  const known: T[] = [];
  for (const one of given) {
    if (one instanceof Promise) return Promise.all(given.map(each => Promise.resolve(each)));
    known.push(one);
  }
  return known;
}
