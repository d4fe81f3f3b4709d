// Which export of a component answers HTTP requests (spin-behaviour 2.1).
import { TspinError, type SourceLocation } from '../../errors.ts';

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

const handlerName = /^(wasi:http\/(incoming-)?handler|fermyon:spin\/inbound-http)$/;

/** Finds the one handler export of a component (spin-behaviour 2.1); 0.2.x only for now. */
export function findHandlerExport({ id, at, exports }: ExportingComponent): string {
  const handlers = exports.filter(({ interface: name }) => handlerName.test(name));
  const names = handlers.map(({ interface: name, version }) => (version === undefined ? name : `${name}@${version}`));
  const [only, second] = names;
  if (only === undefined) {
    throw new TspinError('no-http-handler', `component "${id}" exports no HTTP handler, so it cannot answer an HTTP trigger`, {
      at,
      help: 'build it with a Spin SDK as an HTTP component: one that exports wasi:http/incoming-handler@0.2.x',
    });
  }
  if (second !== undefined) {
    throw new TspinError('no-http-handler', `component "${id}" exports more than one HTTP handler: ${names.join(', ')}`, {
      at,
      help: 'build it with only the one that is to answer',
    });
  }
  if (!/^wasi:http\/incoming-handler@0\.2\.\d+$/.test(only)) {
    throw new TspinError('export-not-served', `component "${id}" exports ${only}, which tspin does not call yet`, {
      at,
      help: 'build it with an SDK for Spin 2 or 3: it has to export wasi:http/incoming-handler@0.2.x',
    });
  }
  return only;
}
