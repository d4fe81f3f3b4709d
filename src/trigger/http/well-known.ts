// `/.well-known/spin/`: answered by the host, whatever the method (spin-behaviour 2.2 step 4).
import type { App } from '../../app/app.ts';
import { emptyAnswer, type HttpAnswer } from './exchange.ts';

const prefix = '/.well-known/spin/';

/** The answer for a path under `/.well-known/spin/`, or undefined for any other path. */
export function wellKnown(path: string, app: App): HttpAnswer | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const name = path.slice(prefix.length);
  if (name === 'health') return { status: 200, headers: [], body: Buffer.from('OK') };
  if (name === 'info') return info(app);
  return emptyAnswer(404);
}

function info({ name, version }: App): HttpAnswer {
  const body = JSON.stringify({ name, version, oci_image_digest: null }, undefined, 2);
  return { status: 200, headers: [['content-type', Buffer.from('application/json')]], body: Buffer.from(body) };
}
