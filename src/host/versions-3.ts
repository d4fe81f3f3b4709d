// The versions of WASI 0.3 that are served: they have the same types, and a component asks for one of them by name.

/** What Rust SDK 6 and Python SDK 4 were built with. */
export const candidate3 = '0.3.0-rc-2026-03-15';
export const versions3: readonly string[] = ['0.3.0', candidate3];
