// Variables in HashiCorp Vault or OpenBao: one HTTP request of the KV engine, version 2, for each question (spin-behaviour 4).
import { Agent, request, type Dispatcher } from 'undici';
import type { VaultProvider } from '../../app/app.ts';
import { systemReason } from '../../util/system-error.ts';
import { err, ok, type Result } from '../../wit/types.ts';
import type { Provider } from './provider.ts';

/** How long a guest waits for Vault, from the question to the whole answer. Spin waits without end. */
export const vaultDeadlineMs = 10_000;

/** Connections of one thread: as many requests are on their way at once, later ones wait for their turn. */
const connectionsMax = 16;

/** Of an answer. Vault keeps entries of up to 1 MiB by default, of which JSON may need six bytes for one. */
export const vaultAnswerBytesMax: number = 8 * 1024 * 1024;

type Answer = Result<string | undefined, string>;

/** `deadlineMs` is for tests. */
export function openVault(vault: VaultProvider, deadlineMs: number = vaultDeadlineMs): Provider {
  const dispatcher = new Agent({ connections: connectionsMax });
  const failed = (reason: string): Answer => err(`failed to ask Vault at ${vault.url}: ${reason}`);
  return {
    waits: true,
    async get(name, signal) {
      const deadline = AbortSignal.timeout(deadlineMs);
      try {
        const { statusCode, body } = await request(addressOf(vault, name), {
          dispatcher,
          headers: { 'x-vault-token': vault.token, accept: 'application/json' },
          signal: AbortSignal.any([signal, deadline]),
        });
        const text = await readText(body);
        // Vault does not have this one, so the next provider is asked.
        if (statusCode === 404) return ok(undefined);
        if (statusCode !== 200) return failed(`it answered ${statusCode} for "${name}"${errorsIn(text)}`);
        const value = valueIn(text);
        return value === undefined ? failed(`the entry of "${name}" has no text in the field "value"`) : ok(value);
      } catch (error) {
        return failed(deadline.aborted ? `no answer within ${deadlineMs / 1000} s` : reasonOf(error));
      }
    },
    close: () => dispatcher.destroy(),
  };
}

function addressOf({ url, mount, prefix }: VaultProvider, name: string): string {
  const path = prefix === undefined ? name : `${prefix}/${name}`;
  return `${url.replace(/\/+$/, '')}/v1/${encoded(mount)}/data/${encoded(path)}`;
}

const encoded = (path: string): string =>
  path
    .split('/')
    .filter(part => part !== '')
    .map(encodeURIComponent)
    .join('/');

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > vaultAnswerBytesMax) throw new Error(`its answer is longer than ${vaultAnswerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** `{"data": {"data": {"value": "…"}}}` */
function valueIn(text: string): string | undefined {
  const value = member(member(member(parsed(text), 'data'), 'data'), 'value');
  return typeof value === 'string' ? value : undefined;
}

/** What Vault says of a refusal: `{"errors": ["permission denied"]}`. */
function errorsIn(text: string): string {
  const errors = member(parsed(text), 'errors');
  return Array.isArray(errors) && errors.length > 0 ? `: ${errors.map(String).join(', ')}` : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Where several addresses of a name were tried, Node gives an error without a message, and one for each inside. */
function reasonOf(error: unknown): string {
  const one = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return systemReason(one);
}
