// The certificate and the key of a server, read from their files and checked, so that a mistake shows before a port opens.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { TspinError } from '../../errors.ts';
import type { TlsIdentity } from './server.ts';

/** Paths of PEM files, relative to the current folder. */
export interface TlsFiles {
  /** The server's certificate, followed by those that vouch for it. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
}

export interface ReadTls extends TlsIdentity {
  /** What clients will find fault with. */
  readonly warnings: readonly string[];
}

/** Throws TspinError for files that cannot be read, are not PEM, or do not belong together. */
export async function readTls(files: TlsFiles, now: Date = new Date()): Promise<ReadTls> {
  const cert = await readPem('certificate', files.cert);
  const key = await readPem('private key', files.key);
  const certificate = certificateIn(cert, files);
  if (!certificate.checkPrivateKey(keyIn(key, files))) {
    throw new TspinError('tls-key-mismatch', `the private key ${files.key} does not belong to the certificate ${files.cert}`, {
      help: 'the first certificate of the file must be that of the key; those that vouch for it follow',
    });
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw invalid('certificate', files.cert, error);
  }
  return { cert, key, warnings: warningsOf(certificate, files, now) };
}

type What = 'certificate' | 'private key';

const optionOf: Readonly<Record<What, string>> = { certificate: '--tls-cert', 'private key': '--tls-key' };

async function readPem(what: What, path: string): Promise<string> {
  let text;
  try {
    text = await readFile(resolve(path), 'latin1');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const why =
      { ENOENT: 'does not exist', EISDIR: 'is a folder', EACCES: 'may not be read' }[code] ?? `cannot be read (${code})`;
    const help = `${optionOf[what]} takes the path of a PEM file, relative to the current folder`;
    throw new TspinError('tls-file-unreadable', `the ${what} ${path} ${why}`, { help, cause: error });
  }
  const has = {
    certificate: /-----BEGIN CERTIFICATE-----/.test(text),
    'private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text),
  };
  if (has[what]) return text;
  const other = what === 'certificate' ? 'private key' : 'certificate';
  const found = has[other] ? `holds a ${other}` : 'is not PEM';
  throw new TspinError('tls-file-invalid', `the ${what} ${path} ${found}: it has no "-----BEGIN ${what.toUpperCase()}-----"`, {
    help: has[other]
      ? 'were --tls-cert and --tls-key exchanged?'
      : `openssl ${what === 'certificate' ? 'x509' : 'pkey'} -inform DER turns DER into PEM`,
  });
}

function certificateIn(text: string, { cert }: TlsFiles): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw invalid('certificate', cert, error);
  }
}

function keyIn(text: string, { key }: TlsFiles): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    if (!/ENCRYPTED/.test(text)) throw invalid('private key', key, error);
    throw new TspinError('tls-file-invalid', `the private key ${key} is locked with a passphrase`, {
      help: 'tspin asks for none; `openssl pkey -in KEY -out UNLOCKED` takes it off',
      cause: error,
    });
  }
}

function invalid(what: What, path: string, error: unknown): TspinError {
  const said = error instanceof Error ? error.message : String(error);
  return new TspinError('tls-file-invalid', `the ${what} ${path} cannot be used: ${said}`, {
    help: 'was the file cut off or edited? `openssl` makes a new one for tests: see README.md',
    cause: error,
  });
}

function warningsOf({ validFromDate, validToDate }: X509Certificate, { cert }: TlsFiles, now: Date): string[] {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  if (validToDate < now) return [`the certificate ${cert} has expired on ${day(validToDate)}: clients will refuse it`];
  if (validFromDate > now)
    return [`the certificate ${cert} is valid from ${day(validFromDate)} on: until then clients will refuse it`];
  return [];
}
