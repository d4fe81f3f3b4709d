// What a component's canonical functions are for its host: bound once for the component, then to each instance.
import type { WitInterface } from '../../wit/interface.ts';
import { interfaceKey, parseInterfaceName } from '../../wit/name.ts';
import type { AnyProvided } from '../../wit/provided.ts';
import { Trap } from '../../wit/trap.ts';
import type { GuestMemory } from '../abi/guest-memory.ts';
import { compileLowered, coreSignature } from '../abi/lowered-function.ts';
import { takeResource } from '../abi/resource-handle.ts';
import { refuseLeaving } from '../abi/runtime.ts';
import { NotUnderstood } from '../component/not-understood.ts';
import type { CanonFunction } from '../component/plan.ts';
import { sameFunction } from '../component/same-function.ts';
import { bindBuiltIn } from './bound-built-in.ts';
import type { FastInstance } from './fast-instance.ts';
import type { WaitingSignatures } from './waiting-functions.ts';

/** Gives the core function for one instance. */
export type BoundCanon = (instance: FastInstance, memory: GuestMemory | undefined) => WebAssembly.ImportValue;

/** What the host offers, by key. */
export class Offers {
  readonly #byKey: ReadonlyMap<string, AnyProvided>;
  readonly #atOnce: ReadonlySet<string>;

  /** `atOnce`: functions that never return a promise in this app: `fermyon:spin/key-value@2.0.0#[method]store.get`. */
  constructor(provided: readonly AnyProvided[], atOnce: Iterable<string>) {
    this.#byKey = new Map(provided.map(one => [interfaceKey(one.wit.name, one.wit.version), one]));
    this.#atOnce = new Set(atOnce);
  }

  /** By full name: `wasi:io/poll@0.2.6`. */
  find(name: string): AnyProvided | undefined {
    const parsed = parseInterfaceName(name);
    return this.#byKey.get(interfaceKey(parsed.name, parsed.version));
  }

  waits(wit: WitInterface, name: string): boolean {
    return wit.functions[name]?.waits === true && !this.#atOnce.has(`${wit.name}#${name}`);
  }
}

/** `waiting` gets those that may wait. Throws NotUnderstood when the component and the host do not mean the same. */
export function bindCanon(canon: CanonFunction, offers: Offers, waiting: WaitingSignatures): BoundCanon {
  switch (canon.kind) {
    case 'lower':
      return bindLower(canon, offers, waiting);
    case 'resource-drop':
      return bindDrop(canon, offers);
    default:
      return bindBuiltIn(canon);
  }
}

function bindLower(canon: Extract<CanonFunction, { kind: 'lower' }>, offers: Offers, waiting: WaitingSignatures): BoundCanon {
  const subject = `${canon.interface}#${canon.name}`;
  const provided = offers.find(canon.interface);
  if (!provided) return unserved(subject);
  const declared = provided.wit.functions[canon.name];
  const implementation = provided.functions[canon.name];
  if (!declared || !implementation) return unserved(subject);
  if (!sameFunction(canon.type, declared)) throw new NotUnderstood(`${subject} has another type than the host's`);
  const waits = offers.waits(provided.wit, canon.name);
  const mode = canon.options.async ? 'async' : waits ? 'suspending' : 'sync';
  const lowered = compileLowered(declared, mode, subject);
  const call = implementation as (state: unknown, ...args: unknown[]) => unknown;
  if (mode !== 'suspending') return (instance, memory) => lowered.bind(instance, memory, provided, call);
  const place = waiting.add(coreSignature(declared));
  return (instance, memory) => instance.waiting.put(place, lowered.bind(instance, memory, provided, call));
}

function bindDrop(canon: Extract<CanonFunction, { kind: 'resource-drop' }>, offers: Offers): BoundCanon {
  const provided = offers.find(canon.interface);
  const resource = provided?.wit.resources.find(({ name }) => name === canon.resource);
  if (!provided || !resource) return unserved(`${canon.interface}#[resource-drop]${canon.resource}`);
  const drop = provided.drops[resource.name] as ((state: unknown, object: unknown) => void) | undefined;
  return instance => (handle: number) => {
    try {
      if (!instance.mayLeave) refuseLeaving();
      const entry = takeResource(instance.handles, handle, resource);
      if (drop && entry.own) drop(instance.scope.state(provided), entry.object);
    } catch (error) {
      instance.fail(error);
    }
  };
}

/** Some Spin version has it and tspin does not yet: a guest may import it, and is ended when it calls it. */
function unserved(subject: string): BoundCanon {
  return instance => () => instance.fail(new Trap(`tspin does not serve ${subject} yet`));
}
