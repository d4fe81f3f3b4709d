// `[[client_tls]]` of the runtime configuration: certificates by component and host (spin-behaviour 4).
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext, getCACertificates, type ConnectionOptions } from 'node:tls';
import type { OutboundSettings } from '../../app/app.ts';
import { TspinError } from '../../errors.ts';
import type { Located } from '../../manifest/entry.ts';
import { canonicalHost } from '../../manifest/outbound-host/host-name.ts';
import type { ClientTlsSection } from '../../manifest/runtime-config/client-tls.ts';
import { systemReason } from '../../util/system-error.ts';

/** What connections are made with; the same object for the same connections. */
export type TlsOptions = Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>;

const byDefault: TlsOptions = {};

export class ClientTls {
  readonly #options: readonly (readonly [ClientTlsSection, TlsOptions])[];

  private constructor(options: readonly (readonly [ClientTlsSection, TlsOptions])[]) {
    this.#options = options;
  }

  /** Reads the files. Throws TspinError. */
  static of({ clientTls, directory }: OutboundSettings, componentIds: ReadonlySet<string>): ClientTls {
    const used = clientTls.filter(section => section.componentIds.some(({ value }) => componentIds.has(value)));
    return new ClientTls(used.map(section => [section, readOptions(section, directory)]));
  }

  /** For connections of a component to a host (in lower case, without port or brackets). */
  for(component: string, host: string): TlsOptions {
    const found = this.#options.find(
      ([{ componentIds, hosts }]) =>
        componentIds.some(({ value }) => value === component) && hosts.some(one => canonicalHost(one) === host),
    );
    return found?.[1] ?? byDefault;
  }
}

function readOptions(section: ClientTlsSection, directory: string): TlsOptions {
  const { certificateFile, privateKeyFile, at } = section;
  if ((certificateFile === undefined) !== (privateKeyFile === undefined)) {
    throw new TspinError('runtime-config-invalid', 'a client certificate and its private key are given together', {
      at: (certificateFile ?? privateKeyFile)?.at ?? at,
      help: certificateFile ? 'add client_private_key_file' : 'add client_cert_file',
    });
  }
  const ca = rootsOf(section, directory);
  const options: TlsOptions = {
    ...(ca && { ca }),
    ...(certificateFile && { cert: pem(certificateFile, directory) }),
    ...(privateKeyFile && { key: pem(privateKeyFile, directory) }),
  };
  try {
    // What is in the files is looked at now and not at the first connection. Of roots, node ignores what is none.
    if (section.rootsFile && ca?.[0] !== undefined) void new X509Certificate(ca[0]);
    createSecureContext(options);
  } catch (error) {
    throw new TspinError('runtime-config-invalid', `the certificates cannot be used: ${systemReason(error)}`, {
      at: (certificateFile ?? section.rootsFile)?.at ?? at,
      help: 'the files have to be PEM, and the private key that of the certificate',
      cause: error,
    });
  }
  return options;
}

/** Undefined: node's own. With a file of roots, only those unless others are asked for; without one, Spin's default is Mozilla's. */
function rootsOf(section: ClientTlsSection, directory: string): string[] | undefined {
  const { rootsFile, usePlatformRoots, useWebpkiRoots } = section;
  const webpki = useWebpkiRoots ?? (rootsFile === undefined && usePlatformRoots !== true);
  if (rootsFile === undefined && usePlatformRoots !== true && webpki) return undefined;
  return [
    ...(rootsFile ? [pem(rootsFile, directory)] : []),
    ...(usePlatformRoots === true ? getCACertificates('system') : []),
    ...(webpki ? getCACertificates('bundled') : []),
  ];
}

function pem({ value, at }: Located<string>, directory: string): string {
  try {
    return readFileSync(resolve(directory, value), 'utf8');
  } catch (error) {
    throw new TspinError('runtime-config-invalid', `${value} cannot be read: ${systemReason(error)}`, {
      at,
      help: "paths are relative to the runtime configuration's folder",
      cause: error,
    });
  }
}
