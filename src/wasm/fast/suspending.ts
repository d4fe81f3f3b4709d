// A core import that may suspend its guest (JSPI).

/** `fn` suspends whoever calls it when it gives a promise. Only under `WebAssembly.promising`. */
export const suspending = (fn: (...args: never[]) => unknown): WebAssembly.ImportValue =>
  new WebAssembly.Suspending(fn) as unknown as WebAssembly.ImportValue;
