// The values of an app's variables and of templates over them. Every question asks the providers anew (spin-behaviour 1.10).
import type { App, Variable } from '../../app/app.ts';
import type { Template } from '../../manifest/template.ts';
import { whenAllKnown, whenKnown, type Awaitable } from '../../util/awaitable.ts';
import { err, ok, type Result } from '../../wit/types.ts';
import type { Provider } from './provider.ts';

/** A value, or why there is none: what the provider that failed says. */
export type Resolved = Result<string, string>;

export class VariableResolver {
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #providers: readonly Provider[];

  constructor(variables: ReadonlyMap<string, Variable>, providers: readonly Provider[]) {
    this.#variables = variables;
    this.#providers = providers;
  }

  /** Of an app; `close` lets go of the connections to its providers. Loads what speaks HTTP only where a provider needs it. */
  static async open({ variables, variablesProviders }: Pick<App, 'variables' | 'variablesProviders'>): Promise<VariableResolver> {
    const opened: Provider[] = [];
    for (const provider of variablesProviders) {
      if (provider.kind === 'vault') opened.push((await import('./vault.ts')).openVault(provider));
      else opened.push({ waits: false, get: name => ok(provider.values.get(name)) });
    }
    return new VariableResolver(variables, opened);
  }

  /** Whether an answer may be a promise. */
  get waits(): boolean {
    return this.#providers.some(({ waits }) => waits);
  }

  /** Never rejects. `signal`: nobody waits for the answer any more. */
  valueOf({ parts }: Pick<Template, 'parts'>, signal: AbortSignal): Awaitable<Resolved> {
    const values = parts.map(part => (part.kind === 'text' ? ok(part.text) : this.#ask(part.name, signal, 0)));
    return whenKnown(whenAllKnown<Resolved>(values), join);
  }

  async close(): Promise<void> {
    for (const provider of this.#providers) await provider.close?.();
  }

  /** Asks the providers from the one with this index on. */
  #ask(name: string, signal: AbortSignal, from: number): Awaitable<Resolved> {
    const provider = this.#providers[from];
    if (!provider) return this.#defaultOf(name);
    const answer = provider.get(name, signal);
    const take = (given: Result<string | undefined, string>): Awaitable<Resolved> => {
      if (given.tag === 'err') return given;
      return given.val === undefined ? this.#ask(name, signal, from + 1) : ok(given.val);
    };
    return answer instanceof Promise ? answer.then(take) : take(answer);
  }

  #defaultOf(name: string): Resolved {
    const value = this.#variables.get(name)?.defaultValue;
    return value === undefined ? err(`no provider resolved required variable "${name}"`) : ok(value);
  }
}

function join(parts: readonly Resolved[]): Resolved {
  let text = '';
  for (const part of parts) {
    if (part.tag === 'err') return part;
    text += part.val;
  }
  return ok(text);
}
