// What a component may connect to: its `allowed_outbound_hosts`, with variables replaced once per invocation (spin-behaviour 1.11).
import type { Component } from '../../app/app.ts';
import { isNoEntry } from '../../app/outbound-hosts.ts';
import { isAllowed, isSelfAllowed, type AllowedHost } from '../../manifest/outbound-host/allowed-host.ts';
import { entryFor, parseDestination, type Destination } from '../../manifest/outbound-host/destination.ts';
import { InvalidAllowedHost, parseAllowedHost } from '../../manifest/outbound-host/parse-allowed-host.ts';
import type { Template } from '../../manifest/template.ts';
import type { HostContext, Invocation } from '../interface.ts';
import type { ResolveVariable } from './variables.ts';

/** The same for all components of an app. */
export interface OutboundParts {
  readonly componentIds: ReadonlySet<string>;
  readonly resolve: ResolveVariable;
  readonly warn: (message: string) => void;
}

export const outboundParts = (context: HostContext, resolve: ResolveVariable): OutboundParts => ({
  componentIds: new Set(context.app.components.keys()),
  resolve,
  warn: context.warn,
});

/** Of one component: what does not change from one invocation to the next. */
export class AllowedHosts {
  readonly component: Component;
  readonly parts: OutboundParts;
  readonly fixed: readonly AllowedHost[];
  readonly templates: readonly Template[];

  constructor(component: Component, parts: OutboundParts) {
    this.component = component;
    this.parts = parts;
    const isFixed = (entry: Template): boolean => entry.parts.every(({ kind }) => kind === 'text');
    this.fixed = component.allowedOutboundHosts.filter(isFixed).map(({ value }) => parseAllowedHost(value));
    this.templates = component.allowedOutboundHosts.filter(entry => !isFixed(entry));
  }

  /** For one invocation. `refused` is told what it is refused, for a report of its failure. */
  begin(refused?: Invocation['refused']): Permissions {
    return new Permissions(this, refused);
  }
}

export class Permissions {
  readonly #hosts: AllowedHosts;
  #allowed: readonly AllowedHost[] | Promise<readonly AllowedHost[]> | undefined;

  readonly #refused: Invocation['refused'];

  constructor(hosts: AllowedHosts, refused: Invocation['refused']) {
    this.#hosts = hosts;
    this.#refused = refused;
  }

  /**
   * Where to connect to, when that is allowed; undefined when it is not, and the user is told how to allow it. The client has to
   * be given the destination's `address`. `subject`: `make an outbound HTTP request`.
   */
  async allow(address: string, defaultScheme: string, subject: string): Promise<Destination | undefined> {
    const destination = parseDestination(address, defaultScheme);
    if (!destination) {
      this.#warn(`tried to ${subject} to ${JSON.stringify(address)}, which is not an address`);
      return undefined;
    }
    if (isAllowed(await this.#resolved(), destination, this.#hosts.parts.componentIds)) return destination;
    const entry = entryFor(destination);
    this.#warn(`tried to ${subject} to ${entry}, which is not allowed: ${advice(entry)}`);
    return undefined;
  }

  /** May it make requests to the app's own routes? */
  async allowSelf(): Promise<boolean> {
    if (isSelfAllowed(await this.#resolved())) return true;
    this.#warn(`tried to make a request to the app itself, which is not allowed: ${advice('http://self')}`);
    return false;
  }

  #warn(what: string): void {
    this.#refused?.(what);
    this.#hosts.parts.warn(`component "${this.#hosts.component.id}" ${what}`);
  }

  #resolved(): readonly AllowedHost[] | Promise<readonly AllowedHost[]> {
    const { fixed, templates } = this.#hosts;
    this.#allowed ??= templates.length === 0 ? fixed : this.#resolve();
    return this.#allowed;
  }

  async #resolve(): Promise<readonly AllowedHost[]> {
    const allowed = [...this.#hosts.fixed];
    for (const template of this.#hosts.templates) {
      const entry = await this.#replaced(template);
      if (entry === undefined || isNoEntry(entry)) continue;
      try {
        allowed.push(parseAllowedHost(entry));
      } catch (error) {
        if (!(error instanceof InvalidAllowedHost)) throw error;
        this.#warn(`has ${JSON.stringify(template.value)} in allowed_outbound_hosts: ${error.message}`);
      }
    }
    return allowed;
  }

  async #replaced({ value, parts }: Template): Promise<string | undefined> {
    let text = '';
    for (const part of parts) {
      const replaced = part.kind === 'text' ? part.text : await this.#valueOf(part.name);
      if (replaced === undefined) {
        this.#warn(
          `has ${JSON.stringify(value)} in allowed_outbound_hosts, and a variable in it has no value: it allows nothing`,
        );
        return undefined;
      }
      text += replaced;
    }
    return text;
  }

  async #valueOf(name: string): Promise<string | undefined> {
    try {
      return await this.#hosts.parts.resolve(name);
    } catch {
      // A provider that fails is told of where variables are; here it allows nothing.
      return undefined;
    }
  }
}

const advice = (entry: string): string => `to allow it, add "${entry}" to the component's allowed_outbound_hosts`;
