// Calls that a guest of WASI 0.3 gives up: their answers go nowhere, so what is there only once must not be taken for them.

/** What a host function's promise may have besides: called when the guest has given the call up before its answer was there. */
export interface GivenUp {
  readonly givenUp?: () => void;
}

/** Work that asks, whenever it is about to take something, whether the guest still wants it. */
export function unlessGivenUp<T>(work: (isGivenUp: () => boolean) => Promise<T>): Promise<T> & GivenUp {
  let isGivenUp = false;
  const givenUp = (): void => {
    isGivenUp = true;
  };
  return Object.assign(
    work(() => isGivenUp),
    { givenUp },
  );
}
