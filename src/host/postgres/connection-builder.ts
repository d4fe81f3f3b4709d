// What a guest of spin:postgres@4.1 or later says of a connection before it opens it.
import { X509Certificate } from 'node:crypto';
import { err, okay, type Result } from '../../wit/types.ts';
import type { ServerAccess } from '../outbound/server-access.ts';

export interface ConnectionBuilder {
  readonly address: string;
}

/** What one takes in the host besides the text of its address. */
const overheadBytes = 64;

const heldBytes = ({ address }: ConnectionBuilder): number => address.length + overheadBytes;

export function newBuilder(access: ServerAccess, address: string): ConnectionBuilder {
  const builder: ConnectionBuilder = { address };
  access.hold(heldBytes(builder));
  return builder;
}

export function dropBuilder(access: ServerAccess, builder: ConnectionBuilder): void {
  access.hold(-heldBytes(builder));
}

interface Other {
  readonly tag: 'other';
  readonly val: string;
}

/** The certificate is checked, and needed by nobody: there is no connection that could use it. */
export function setCaRoot(_: ServerAccess, _builder: ConnectionBuilder, certificate: string): Result<undefined, Other> {
  try {
    void new X509Certificate(certificate);
    return okay;
  } catch (error) {
    return err({ tag: 'other', val: `invalid root certificate: ${error instanceof Error ? error.message : String(error)}` });
  }
}
