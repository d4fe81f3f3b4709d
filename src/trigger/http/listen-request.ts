// What a server is opened with: plain data, which goes to the threads that serve.
import type { ListenAddress } from './port.ts';
import type { ServerOptions } from './server.ts';

export interface ListenRequest extends ListenAddress, ServerOptions {}
