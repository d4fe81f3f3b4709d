// Apart from jco.ts, so that the version can be part of a cache key without jco being loaded.

/** The version of `@bytecodealliance/jco-transpile` in package.json; a test compares the two. */
export const jcoVersion = '0.15.0';
