// Which export of a component answers HTTP requests (spin-behaviour 2.1).
import { TspinError, type SourceLocation } from '../../errors.ts';
import { inboundHttp } from '../../host/spin-http/declarations.ts';
import { incomingHandler } from '../../host/wasi-http/declarations.ts';
import { http3, http3Candidate } from '../../host/wasi-http/declarations-3.ts';
import type { ExportedFunction } from '../../wasm/guest.ts';
import { waitingFunc, witInterface } from '../../wit/interface.ts';
import { result } from '../../wit/types.ts';

export interface ExportedInterface {
  /** Without version: `wasi:http/incoming-handler`. */
  readonly interface: string;
  readonly version: string | undefined;
}

export interface ExportingComponent {
  readonly id: string;
  /** Where the manifest names its source. */
  readonly at: SourceLocation | undefined;
  readonly exports: readonly ExportedInterface[];
}

/** The function that answers requests, and its generation: that of Spin 1, of WASI 0.2 or of WASI 0.3. */
export interface HandlerExport extends ExportedFunction {
  readonly generation: 1 | 2 | 3;
}

/** What a command exports. */
const cliRun = witInterface('wasi:cli/run', '0.2.12', { functions: { run: waitingFunc([], result(null, null)) } });

const handlerName = /^(wasi:http\/(incoming-)?handler|fermyon:spin\/inbound-http)$/;

const callable = 'wasi:http/incoming-handler@0.2.x, wasi:http/handler@0.3.x or fermyon:spin/inbound-http';

/** Throws TspinError unless the component exports one handler that can be called. */
export function findHandlerExport({ id, at, exports }: ExportingComponent): HandlerExport {
  const handlers = exports.filter(({ interface: name }) => handlerName.test(name));
  const names = handlers.map(({ interface: name, version }) => (version === undefined ? name : `${name}@${version}`));
  const [only, second] = names;
  if (only === undefined) {
    throw new TspinError('no-http-handler', `component "${id}" exports no HTTP handler, so it cannot answer an HTTP trigger`, {
      at,
      help: `build it with a Spin SDK as an HTTP component: one that exports ${callable}`,
    });
  }
  if (second !== undefined) {
    throw new TspinError('no-http-handler', `component "${id}" exports more than one HTTP handler: ${names.join(', ')}`, {
      at,
      help: 'build it with only the one that is to answer',
    });
  }
  const handler = handlerOf(only);
  if (handler) return handler;
  throw new TspinError('export-not-served', `component "${id}" exports ${only}, which tspin does not call yet`, {
    at,
    help: `build it with a newer SDK: it has to export ${callable}`,
  });
}

/** The function that runs a command. Throws TspinError unless the component exports one. */
export function findCommandExport({ id, at, exports }: ExportingComponent): ExportedFunction {
  const found = exports.find(({ interface: name, version }) => name === cliRun.name && /^0\.2\.\d+$/.test(version ?? ''));
  if (found) return { interface: `${found.interface}@${found.version}`, name: 'run', type: cliRun.functions.run };
  throw new TspinError(
    'no-http-handler',
    `component "${id}" is no program: it exports no wasi:cli/run@0.2.x, which the executor "wagi" runs`,
    {
      at,
      help: 'build it as a program (for Rust: src/main.rs, wasm32-wasip1 or wasm32-wasip2), or remove `executor` if it handles wasi:http',
    },
  );
}

/** Compatible versions are one, release candidates are not (spin-behaviour 3.1). */
function handlerOf(name: string): HandlerExport | undefined {
  if (name === inboundHttp.name) {
    return { interface: name, name: 'handle-request', type: inboundHttp.functions['handle-request'], generation: 1 };
  }
  if (/^wasi:http\/incoming-handler@0\.2\.\d+$/.test(name)) {
    return { interface: name, name: 'handle', type: incomingHandler.functions.handle, generation: 2 };
  }
  const { handler } = name === `${http3Candidate.handler.name}@${http3Candidate.handler.version}` ? http3Candidate : http3;
  if (handler === http3Candidate.handler || /^wasi:http\/handler@0\.3\.\d+$/.test(name)) {
    return { interface: name, name: 'handle', type: handler.functions.handle, generation: 3 };
  }
  return undefined;
}
