// Which export of a component answers HTTP requests (spin-behaviour 2.1).
import { TspinError } from '../../errors.ts';

export interface ExportedInterface {
  /** Without version: `wasi:http/incoming-handler`. */
  readonly interface: string;
  readonly version: string | undefined;
}

const handlerName = /^(wasi:http\/(incoming-)?handler|fermyon:spin\/inbound-http)$/;

/** Finds the one handler export of a component (spin-behaviour 2.1); 0.2.x only for now. */
export function findHandlerExport(component: string, exports: readonly ExportedInterface[]): string {
  const handlers = exports.filter(({ interface: name }) => handlerName.test(name));
  const names = handlers.map(({ interface: name, version }) => (version === undefined ? name : `${name}@${version}`));
  const [only, second] = names;
  if (only === undefined) {
    throw new TspinError('no-http-handler', `component "${component}" exports no HTTP handler`, {
      help: 'an HTTP trigger needs a component that exports wasi:http/incoming-handler@0.2.x',
    });
  }
  if (second !== undefined) {
    throw new TspinError('no-http-handler', `component "${component}" exports more than one HTTP handler: ${names.join(', ')}`);
  }
  if (!/^wasi:http\/incoming-handler@0\.2\.\d+$/.test(only)) {
    throw new TspinError('export-not-served', `component "${component}" exports ${only}, which tspin does not call yet`, {
      help: 'tspin calls wasi:http/incoming-handler@0.2.x so far',
    });
  }
  return only;
}
