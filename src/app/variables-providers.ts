// Who is asked for application variables, and in which order: --variable, the providers of the runtime configuration in the
// order of the file, the environment and .env last (spin-behaviour 0, 4).
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { VariablesProviderSection } from '../manifest/runtime-config/variables-provider.ts';
import { systemReason } from '../util/system-error.ts';
import type { VariablesProvider } from './app.ts';
import type { LoadedRuntimeConfig } from './runtime-config-file.ts';

/** The environment that the process was given. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProvidersRequest {
  /** The names of the app's variables: nothing else is asked for. */
  readonly names: readonly string[];
  /** Of --variable. */
  readonly given: ReadonlyMap<string, string>;
  readonly runtimeConfig: LoadedRuntimeConfig;
  readonly environment: Environment;
  /** Absolute: where the implicit `.env` lies. */
  readonly cwd: string;
}

export interface LoadedProviders {
  readonly providers: readonly VariablesProvider[];
  readonly warnings: readonly string[];
}

/** Of variables in an environment, when the provider says no other: `SPIN_VARIABLE_GREETING`. */
const defaultPrefix = 'SPIN_VARIABLE';

/** Reads the `.env` files, once. An app without variables reads none. */
export async function loadVariablesProviders(request: ProvidersRequest): Promise<LoadedProviders> {
  const { names, given, runtimeConfig, cwd } = request;
  if (names.length === 0) return { providers: [], warnings: [] };
  const warnings: string[] = [];
  const warn = (warning: string): void => void warnings.push(warning);
  const providers: VariablesProvider[] = [{ kind: 'values', values: given }];
  for (const section of runtimeConfig.config.variablesProviders) providers.push(await configured(section, request, warn));
  const dotenv = await readDotenv(join(cwd, '.env'), { shown: '.env', mayBeMissing: true, warn });
  providers.push(fromEnvironment(request, defaultPrefix, dotenv));
  return { providers, warnings };
}

async function configured(
  section: VariablesProviderSection,
  request: ProvidersRequest,
  warn: (warning: string) => void,
): Promise<VariablesProvider> {
  switch (section.type) {
    case 'static':
      return { kind: 'values', values: section.values };
    case 'env': {
      const { prefix = defaultPrefix, dotenvPath } = section;
      if (dotenvPath === undefined) return fromEnvironment(request, prefix, {});
      const path = resolve(request.runtimeConfig.directory, dotenvPath);
      return fromEnvironment(request, prefix, await readDotenv(path, { shown: dotenvPath, mayBeMissing: false, warn }));
    }
    case 'vault': {
      const { url, token, mount, prefix } = section;
      return { kind: 'vault', url, token, mount, prefix };
    }
  }
}

/** Only the app's own variables are taken out of the environment: what else is in it goes to no thread. */
function fromEnvironment({ names, environment }: ProvidersRequest, prefix: string, dotenv: Environment): VariablesProvider {
  const values = new Map<string, string>();
  for (const name of names) {
    const variable = environmentName(name, prefix);
    const value = environment[variable] ?? dotenv[variable];
    if (value !== undefined) values.set(name, value);
  }
  return { kind: 'values', values };
}

export const environmentName = (name: string, prefix: string = defaultPrefix): string => `${prefix}_${name.toUpperCase()}`;

interface DotenvOptions {
  /** The path as messages show it. */
  readonly shown: string;
  readonly mayBeMissing: boolean;
  readonly warn: (warning: string) => void;
}

/** Spin ignores a file that it cannot read; so does tspin, and says so. */
async function readDotenv(path: string, { shown, mayBeMissing, warn }: DotenvOptions): Promise<Environment> {
  try {
    return parseEnv(await readFile(path, 'utf8'));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || !mayBeMissing)
      warn(`the values of variables in ${shown} are not used, since it cannot be read: ${systemReason(error)}`);
    return {};
  }
}
