// The core modules of a component, as they were instrumented and compiled: what the linker has to know of each.

/** What instrumentation found in a core module. Plain data. */
export interface CoreModuleFacts {
  readonly memory: 'own' | 'imported' | 'none';
  /** Of its own memory, in Wasm pages. */
  readonly minimumPages: number;
  readonly maximumPages: number | undefined;
  /** The names under which its mutable globals are exported for the image. */
  readonly mutableGlobals: readonly string[];
  /** Why its instances cannot be put back; empty when they can. */
  readonly unfit: readonly string[];
}

export interface CoreModule {
  readonly module: WebAssembly.Module;
  readonly facts: CoreModuleFacts;
}
