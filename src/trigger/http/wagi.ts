// Requests answered by a command: its standard input is the body, its output the response (spin-behaviour 2.4, Wagi).
import type { CommandIo } from '../../host/interface.ts';
import type { Entry } from '../../host/wasi-http/fields.ts';
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import { readyPollable } from '../../host/io/pollable.ts';
import type { OutputStream } from '../../host/io/stream.ts';
import type { Executor } from '../../runtime/executor.ts';
import type { ExportedFunction } from '../../wasm/guest.ts';
import { ok, okay } from '../../wit/types.ts';
import { Trap } from '../../wit/trap.ts';
import { cgiResponse } from './cgi-response.ts';
import { emptyAnswer, type HttpRequest, type HttpResponder } from './exchange.ts';
import { owedStatus } from './reply.ts';
import { wagiArguments, wagiEnvironment } from './wagi-request.ts';

/** A CGI program has its whole body and says how long it is, so both wait here: for uploads and downloads of files, not of films. */
export const requestBytesMax: number = 32 * 1024 * 1024;
export const responseBytesMax: number = 32 * 1024 * 1024;

/** As for what other guests print (spin-behaviour 3.10). */
const writeBytesMax = 1024 * 1024;

export interface Command {
  readonly executor: Executor;
  /** `wasi:cli/run#run` */
  readonly run: ExportedFunction;
  /** As the manifest has it. */
  readonly argv: string;
}

export interface CommandRequest {
  readonly request: HttpRequest;
  readonly spinHeaders: readonly Entry[];
  /** The route that matched, without its wildcard. */
  readonly scriptName: string;
  readonly responder: HttpResponder;
  readonly depth: number | undefined;
}

/** Resolves when the invocation is over. Never rejects. Gives what is to be told: the rest of a sentence about the request. */
export async function answerByCommand(
  { executor, run, argv }: Command,
  { request, spinHeaders, scriptName, responder, depth }: CommandRequest,
): Promise<string | undefined> {
  const body = await wholeBody(request.body);
  if (!(body instanceof Uint8Array)) {
    responder.answer(emptyAnswer(body === 'too large' ? 413 : 400));
    return body === 'too large'
      ? `its body has more than ${requestBytesMax} bytes, which is the limit; the client got 413`
      : undefined;
  }
  const output = new CollectedOutput();
  const command: CommandIo = {
    arguments: wagiArguments(argv, request.target),
    environment: wagiEnvironment(request, spinHeaders, { scriptName, bodyBytes: body.byteLength }),
    stdin: IncomingBody.whole(body),
    stdout: output,
  };
  const outcome = await executor.invoke(() => `${request.method} ${request.target}`, { target: run, args: [], command, depth });
  if (outcome.kind !== 'returned') {
    responder.answer(emptyAnswer(owedStatus(outcome)));
    return undefined;
  }
  const response = cgiResponse(output.bytes(), request.method);
  if ('answer' in response) {
    responder.answer(response.answer);
    return undefined;
  }
  responder.answer(emptyAnswer(500));
  return `the guest ${response.refused}; the client got 500`;
}

async function wholeBody(body: IncomingBody): Promise<Uint8Array | 'too large' | 'broken'> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const read = body.read(requestBytesMax);
    if (read.tag === 'err') return read.val.tag === 'closed' ? Buffer.concat(pieces) : 'broken';
    bytes += read.val.byteLength;
    if (bytes > requestBytesMax) {
      body.discard();
      return 'too large';
    }
    if (read.val.byteLength > 0) pieces.push(read.val);
    else await body.pollable.wait();
  }
}

/** Takes what the program prints until it is over. */
class CollectedOutput implements OutputStream {
  readonly pollable = readyPollable;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  checkWrite(): ReturnType<OutputStream['checkWrite']> {
    return ok(writeBytesMax);
  }

  write(bytes: Uint8Array): ReturnType<OutputStream['write']> {
    this.#bytes += bytes.byteLength;
    if (this.#bytes > responseBytesMax) {
      this.#pieces.length = 0;
      throw new Trap(`it printed a response of more than ${responseBytesMax} bytes, which is the limit`);
    }
    this.#pieces.push(bytes);
    return okay;
  }

  flush(): ReturnType<OutputStream['flush']> {
    return okay;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }
}
