// JavaScript Promise Integration, which TypeScript's libraries do not describe yet (https://github.com/WebAssembly/js-promise-integration).
declare namespace WebAssembly {
  /** An import that suspends its caller while the promise it returns is pending. */
  interface Suspending {
    readonly [Symbol.toStringTag]: string;
  }
  const Suspending: new (target: (...args: never[]) => unknown) => Suspending;
  /** Makes an export return a promise, so that what it calls may suspend. */
  function promising<Args extends unknown[], Result>(target: (...args: Args) => Result): (...args: Args) => Promise<Result>;
  /** Thrown where a suspension isn't possible: no promising export below, or JavaScript in between. */
  class SuspendError extends Error {}
}
