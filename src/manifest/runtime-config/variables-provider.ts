// `[[variables_provider]]`, also written `[[config_provider]]` (spin-behaviour 4).
import type { SourceLocation } from '../../errors.ts';
import type { Entry } from '../entry.ts';
import { invalidValue } from '../mistakes.ts';
import { mapOf, optional, readTable, required, string, type Reader } from '../readers.ts';
import { readType } from './unserved.ts';

export type VariablesProviderSection = { readonly at: SourceLocation } & (
  | { readonly type: 'static'; readonly values: ReadonlyMap<string, string> }
  | { readonly type: 'env'; readonly prefix: string | undefined; readonly dotenvPath: string | undefined }
  | VaultSection
);

/** A key-value store of HashiCorp Vault or OpenBao, version 2. */
export interface VaultSection {
  readonly type: 'vault';
  readonly url: string;
  readonly token: string;
  readonly mount: string;
  readonly prefix: string | undefined;
}

export function readVariablesProvider(entry: Entry): VariablesProviderSection {
  const at = entry.keyAt;
  const type = optional(string);
  switch (readType(entry, ['static', 'env', 'vault', 'open_bao'], ['azure_key_vault'])) {
    case 'static': {
      const { values } = readTable(entry, { type, values: required(mapOf(string), 'values = { … }') });
      return { at, type: 'static', values };
    }
    case 'env': {
      const { prefix, dotenv_path } = readTable(entry, { type, prefix: optional(string), dotenv_path: optional(string) });
      return { at, type: 'env', prefix, dotenvPath: dotenv_path };
    }
    case 'vault':
    case 'open_bao': {
      const fields = readTable(entry, {
        type,
        url: required(httpUrl, 'url = "http://127.0.0.1:8200"'),
        token: required(string, 'token = "…"'),
        mount: required(string, 'mount = "secret"'),
        prefix: optional(string),
      });
      return { at, ...fields, type: 'vault' };
    }
  }
}

const httpUrl: Reader<string> = entry => {
  const value = string(entry);
  const url = URL.parse(value);
  if (url && ['http:', 'https:'].includes(url.protocol) && url.search === '' && url.hash === '') return value;
  throw invalidValue(
    entry,
    `\`${entry.key}\` must be a URL of http or https, not ${JSON.stringify(value)}`,
    'e.g. http://127.0.0.1:8200',
  );
};
