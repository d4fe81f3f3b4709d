// Every host interface that tspin offers: adding one is its folder and one line here.
import type { AnyHostInterface } from './interface.ts';
import { io } from './io/io.ts';
import { keyValue } from './key-value/key-value.ts';
import { llm } from './llm/llm.ts';
import { mqtt } from './mqtt/mqtt.ts';
import { mysql } from './mysql/mysql.ts';
import { outboundHttp } from './outbound-http/host-interface.ts';
import { postgres } from './postgres/postgres.ts';
import { rdbms } from './rdbms/rdbms.ts';
import { redis } from './redis/redis.ts';
import { variables } from './variables/variables.ts';
import { sqlite } from './sqlite/sqlite.ts';
import { wasiCli } from './wasi-cli/wasi-cli.ts';
import { wasiClocks } from './wasi-clocks/wasi-clocks.ts';
import { wasiFilesystem } from './wasi-filesystem/wasi-filesystem.ts';
import { wasiHttpTypes } from './wasi-http/wasi-http.ts';
import { wasiRandom } from './wasi-random/wasi-random.ts';
import { wasiSockets } from './wasi-sockets/wasi-sockets.ts';

/** In the order in which they are configured; they are closed in the reverse order. */
export const hostInterfaces = (): readonly AnyHostInterface[] => [
  io(),
  wasiClocks(),
  wasiRandom(),
  wasiCli(),
  wasiFilesystem(),
  wasiHttpTypes(),
  outboundHttp(),
  wasiSockets(),
  redis(),
  mqtt(),
  rdbms,
  mysql(),
  postgres(),
  llm,
  // It checks before it makes anything, so that its mistakes leave no key-value file behind.
  sqlite,
  keyValue,
  variables,
];
