// The host interfaces' states of one invocation: each is begun when the guest first uses the interface, and ended at the end.
import type { AnyConfiguredHost, AnyHostInterface, Invocation } from '../host/interface.ts';
import type { AnyProvided } from '../wit/provided.ts';

export interface HostPart {
  readonly host: AnyHostInterface;
  readonly configured: AnyConfiguredHost;
}

/** All host interfaces of an app, and which of them gives what. */
export class Hosts {
  readonly parts: readonly HostPart[];
  readonly #places: ReadonlyMap<AnyProvided, number>;

  constructor(parts: readonly HostPart[]) {
    this.parts = parts;
    this.#places = new Map(parts.flatMap(({ host }, place) => host.provides.map(provided => [provided, place] as const)));
  }

  placeOf(provided: AnyProvided): number {
    const place = this.#places.get(provided);
    if (place === undefined) throw new Error(`no host interface gives ${provided.wit.name}`);
    return place;
  }
}

interface Begun {
  readonly state: unknown;
}

export class HostStates {
  readonly #hosts: Hosts;
  readonly #invocation: Invocation;
  readonly #begun: (Begun | undefined)[] = [];

  constructor(hosts: Hosts, invocation: Invocation) {
    this.#hosts = hosts;
    this.#invocation = invocation;
  }

  /** What was asked for so far that should differ from one invocation to the next: `random numbers`, `the time`. */
  get differing(): readonly string[] {
    return this.#hosts.parts.flatMap(({ host }, place) => (this.#begun[place] && host.differing) ?? []);
  }

  of(provided: AnyProvided): unknown {
    const place = this.#hosts.placeOf(provided);
    const begun = this.#begun[place];
    return begun ? begun.state : this.#begin(place);
  }

  /** Ends what was begun. Gives the first error, after all have had their turn. */
  end(): unknown {
    let first: unknown;
    for (let place = 0; place < this.#begun.length; place += 1) {
      const begun = this.#begun[place];
      if (!begun) continue;
      try {
        this.#hosts.parts[place]?.configured.end?.(begun.state as never);
      } catch (error) {
        first ??= error;
      }
    }
    this.#begun.length = 0;
    return first;
  }

  #begin(place: number): unknown {
    const state = this.#hosts.parts[place]?.configured.begin(this.#invocation);
    this.#begun[place] = { state };
    return state;
  }
}
