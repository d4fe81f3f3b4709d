// `[[client_tls]]`: certificates for requests of some components to some hosts (spin-behaviour 4).
import type { SourceLocation } from '../../errors.ts';
import type { Entry, Located } from '../entry.ts';
import { boolean, list, located, optional, readTable, required, string, tables, type Reader } from '../readers.ts';

export interface ClientTlsSection {
  readonly componentIds: readonly Located<string>[];
  /** Without port. */
  readonly hosts: readonly string[];
  readonly usePlatformRoots: boolean | undefined;
  readonly useWebpkiRoots: boolean | undefined;
  /** Paths of PEM files, relative to the file's folder. */
  readonly rootsFile: Located<string> | undefined;
  readonly certificateFile: Located<string> | undefined;
  readonly privateKeyFile: Located<string> | undefined;
  readonly at: SourceLocation;
}

export const readClientTls: Reader<readonly ClientTlsSection[]> = entry => tables(readOne)(entry);

function readOne(entry: Entry): ClientTlsSection {
  const fields = readTable(entry, {
    component_ids: required(list(located(string)), 'component_ids = ["…"]'),
    hosts: required(list(string), 'hosts = ["example.com"]'),
    ca_use_platform_roots: optional(boolean),
    ca_use_webpki_roots: optional(boolean),
    ca_roots_file: optional(located(string)),
    client_cert_file: optional(located(string)),
    client_private_key_file: optional(located(string)),
  });
  return {
    componentIds: fields.component_ids,
    hosts: fields.hosts,
    usePlatformRoots: fields.ca_use_platform_roots,
    useWebpkiRoots: fields.ca_use_webpki_roots,
    rootsFile: fields.ca_roots_file,
    certificateFile: fields.client_cert_file,
    privateKeyFile: fields.client_private_key_file,
    at: entry.keyAt,
  };
}
