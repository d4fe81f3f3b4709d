// A byte stream that crosses threads: the reader's side asks for each chunk, so that it flows as fast as it is read.
import type { MessagePort } from 'node:worker_threads';

/** The reader's words. */
type ToSender = { readonly kind: 'pull' } | { readonly kind: 'cancel' };

/** The sender's words; after `end` and `failed` it says no more. */
type ToReceiver =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };

/** Gives the stream to whoever has the other end of the port. When that end is gone the stream is cancelled. */
export function sendStream(stream: ReadableStream<Uint8Array>, port: MessagePort): void {
  const reader = stream.getReader();
  let over = false;
  const say = (message: ToReceiver, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  const finish = (message: ToReceiver): void => {
    over = true;
    say(message);
    port.close();
  };
  port.on('message', ({ kind }: ToSender) => void (kind === 'pull' ? pull() : port.close()));
  port.on('close', () => {
    // What the stream says to that concerns nobody any more.
    if (!over) reader.cancel().catch(() => {});
    over = true;
  });

  async function pull(): Promise<void> {
    try {
      const { done, value } = await reader.read();
      if (over) return;
      if (done) return finish({ kind: 'end' });
      // A stream's type is only promised: anything may come out of it.
      if (!(value instanceof Uint8Array)) throw new TypeError('the stream of a body gave something other than bytes');
      // Copied, because what is posted is gone here, and the bytes may be only a part of their buffer.
      const bytes = new Uint8Array(value);
      say({ kind: 'chunk', bytes }, [bytes.buffer]);
    } catch (error) {
      if (!over) finish({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }
}

export interface ReceiveOptions {
  /** The error of a stream that the sender says has failed. */
  readonly failed: (message: string) => unknown;
  /** The error of a stream whose sender is gone without a word. */
  readonly lost: () => unknown;
  /** Ends the stream with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The stream at the other end of the port. Cancelling it cancels the sender's. */
export function receiveStream(port: MessagePort, { failed, lost, signal }: ReceiveOptions): ReadableStream<Uint8Array> {
  let over = false;
  let arrived: PromiseWithResolvers<void> | undefined;
  return new ReadableStream<Uint8Array>({
    start: controller => {
      const end = (how: () => void): void => {
        if (over) return;
        over = true;
        how();
        arrived?.resolve();
        signal?.removeEventListener('abort', abort);
        port.close();
      };
      const abort = (): void => end(() => controller.error(signal?.reason));
      signal?.addEventListener('abort', abort);
      port.on('message', (message: ToReceiver) => {
        if (message.kind === 'end') return end(() => controller.close());
        if (message.kind === 'failed') return end(() => controller.error(failed(message.message)));
        if (!over) controller.enqueue(message.bytes);
        arrived?.resolve();
      });
      port.on('close', () => end(() => controller.error(lost())));
    },
    pull: () => {
      arrived = Promise.withResolvers();
      port.postMessage({ kind: 'pull' } satisfies ToSender);
      return arrived.promise;
    },
    cancel: () => {
      over = true;
      port.postMessage({ kind: 'cancel' } satisfies ToSender);
      port.close();
    },
  });
}
