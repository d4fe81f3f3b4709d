// The host interface wasi:http, 0.2 and 0.3: the types that a handler uses.
import type { HostInterface, Invocation } from '../interface.ts';
import { http3, http3Candidate } from './declarations-3.ts';
import { httpTypesProvided } from './types.ts';
import { provideTypes3 } from './types-3.ts';

export const wasiHttpTypes = (): HostInterface<Invocation> => ({
  name: 'wasi-http',
  provides: [httpTypesProvided, provideTypes3(http3), provideTypes3(http3Candidate)],
  configure: () => ({ begin: invocation => invocation }),
});
