// Core functions that are compiled when they are first called: a guest calls few of those that its world imports.
import type { CoreFunction } from './lowered-function.ts';

type Core = number | bigint;

/**
 * A function with `arity` parameters that is made by its first call. The common numbers of parameters are spelt out: V8 calls
 * a function that takes as many as it is given fastest.
 */
export function onFirstCall(arity: number, make: () => CoreFunction): CoreFunction {
  let made: CoreFunction | undefined;
  const get = (): CoreFunction => (made ??= make());
  switch (arity) {
    case 0:
      return () => (made ?? get())();
    case 1:
      return (a: Core) => (made ?? get())(a);
    case 2:
      return (a: Core, b: Core) => (made ?? get())(a, b);
    case 3:
      return (a: Core, b: Core, c: Core) => (made ?? get())(a, b, c);
    case 4:
      return (a: Core, b: Core, c: Core, d: Core) => (made ?? get())(a, b, c, d);
    case 5:
      // oxlint-disable-next-line max-params -- the guest's, one for each core value
      return (a: Core, b: Core, c: Core, d: Core, e: Core) => (made ?? get())(a, b, c, d, e);
    case 6:
      // oxlint-disable-next-line max-params -- the guest's, one for each core value
      return (a: Core, b: Core, c: Core, d: Core, e: Core, f: Core) => (made ?? get())(a, b, c, d, e, f);
    default:
      return (...args) => (made ?? get())(...args);
  }
}
