// Boots one host interface alone, from a stub of an app: no Wasm, no port.
import { nothingConfigured } from '../app-data.ts';
import type { App, Component } from '../../src/app/app.ts';
import { Chain } from '../../src/host/chain.ts';
import type { GuestOutput, Clock, ConfiguredHost, HostInterface, Invocation } from '../../src/host/interface.ts';
import type { Implementation, WitInterface } from '../../src/wit/interface.ts';

export interface Printed {
  readonly component: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface StubOptions {
  /** What differs from a component without permissions, a component each; one such component when not given. */
  readonly components?: readonly Partial<Component>[];
  readonly app?: Partial<App>;
  readonly clock?: Clock;
}

/** A host interface that is configured for a stub of an app, and one invocation of the app's first component. */
export interface Booted<State> {
  readonly host: ConfiguredHost<State>;
  readonly state: State;
  readonly component: Component;
  /** What guests printed so far. */
  readonly printed: readonly Printed[];
  /** Where its requests to the app itself go. */
  readonly chain: Chain;
  /** What the host interface warned the user of. */
  readonly warnings: readonly string[];
  /** The functions of one WIT interface, bound to `state` unless another is given: `functions(ioPoll).poll(...)`. */
  readonly functions: <I extends WitInterface>(wit: I, of?: State) => Bound<I>;
  /** Another invocation, of the first component unless one is given. */
  readonly begin: (component?: Component) => State;
  /** Drops the guest's handle of a resource that `wit` owns. */
  readonly drop: (wit: WitInterface, resource: string, object: unknown) => void;
  /** What `Invocation.leaving` gives from now on: for writes that the guest was told of. */
  readonly withhold: (writes: Promise<string | undefined> | undefined) => void;
  /** Aborts the invocations' signal and ends the first. */
  readonly end: () => void;
}

export type Bound<I extends WitInterface> = {
  readonly [N in keyof I['functions']]: Implementation<null, I>[N] extends (state: null, ...args: infer A) => infer R
    ? (...args: A) => R
    : never;
};

/** Thrown by `invocation.trap` of the harness. */
export class StubTrap extends Error {}

export async function bootHost<State>(factory: HostInterface<State>, options: StubOptions = {}): Promise<Booted<State>> {
  const components = (options.components ?? [{}]).map(stubComponent);
  const app = stubApp(components, options.app);
  const printed: Printed[] = [];
  const warnings: string[] = [];
  const decoder = new TextDecoder();
  const output: GuestOutput = {
    write: (component, stream, bytes) => void printed.push({ component, stream, text: decoder.decode(bytes) }),
  };
  const chain = new Chain();
  const warn = (message: string): void => void warnings.push(message);
  const shared = await factory.open?.({ app, components, warn });
  const opened = await factory.configure({
    app,
    components,
    output,
    clock: options.clock ?? { monotonicNow: () => process.hrtime.bigint(), wallNowMs: () => Date.now() },
    warn,
    chain,
    shared: shared?.connect().data,
  });
  const host: ConfiguredHost<State> = {
    ...opened,
    close: async () => {
      await opened.close?.();
      await shared?.close();
    },
  };
  const over = new AbortController();
  const [first] = components;
  if (!first) throw new Error('the stub app needs a component');
  let withheld: Promise<string | undefined> | undefined;
  const leaving = (): typeof withheld => withheld;
  const begin = (component = first): State => host.begin({ ...stubInvocation(component, output, over.signal), leaving });
  const state = begin();
  const providedOf = (wit: WitInterface) => {
    const found = factory.provides.find(one => one.wit === wit);
    if (!found) throw new Error(`${factory.name} does not provide ${wit.name}`);
    return found;
  };
  return {
    host,
    state,
    component: first,
    printed,
    chain,
    warnings,
    functions: <I extends WitInterface>(wit: I, of: State = state) =>
      Object.fromEntries(
        Object.entries(providedOf(wit).functions).map(([name, call]) => [
          name,
          (...args: unknown[]) => (call as (state: State, ...args: unknown[]) => unknown)(of, ...args),
        ]),
      ) as Bound<I>,
    begin,
    drop: (wit, resource, object) => providedOf(wit).drops[resource]?.(state, object as never),
    withhold: writes => void (withheld = writes),
    end: () => {
      over.abort();
      host.end?.(state);
    },
  };
}

export const stubComponent = (given: Partial<Component>, index: number): Component => ({
  id: index === 0 ? 'stub' : `stub-${index}`,
  description: '',
  source: { path: '/stub.wasm', at: undefined },
  environment: [],
  mounts: [],
  keyValueStores: [],
  sqliteDatabases: [],
  aiModels: [],
  variables: new Map(),
  allowedOutboundHosts: [],
  at: undefined,
  ...given,
});

const stubApp = (components: readonly Component[], given: Partial<App> | undefined): App => ({
  name: 'stub',
  version: '0.1.0',
  description: '',
  directory: '/stub',
  manifestPath: '/stub/spin.toml',
  components: new Map(components.map(component => [component.id, component])),
  triggers: [],
  stateDirectory: undefined,
  logDirectory: undefined,
  initialKeyValues: [],
  ...nothingConfigured,
  ...given,
});

const stubInvocation = (component: Component, output: GuestOutput, signal: AbortSignal): Invocation => ({
  component,
  depth: 0,
  received: [],
  output,
  signal,
  hold: () => {},
  trap: message => {
    throw new StubTrap(message);
  },
});
