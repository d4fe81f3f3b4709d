// The interfaces that MySQL and PostgreSQL take their types from: no functions.
import { provide, type HostInterface } from '../interface.ts';
import { rdbmsTypesV1, rdbmsTypesV2 } from './declarations.ts';

export const rdbms: HostInterface<undefined> = {
  name: 'rdbms',
  provides: [provide<undefined>()(rdbmsTypesV1, {}), provide<undefined>()(rdbmsTypesV2, {})],
  configure: () => ({ begin: () => undefined }),
};
