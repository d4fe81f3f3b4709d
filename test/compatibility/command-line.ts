// Every command, option and environment variable of Spin's command line (spin-behaviour 5), looked up in the tables of tspin's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import type { Row } from './row.ts';

const spinCommands: readonly string[] =
  'new n add a up u build b watch w doctor registry oci deploy d login plugins plugin templates template targets environments trigger'.split(
    ' ',
  );

/** Long options, by command. */
const spinOptions: Readonly<Record<string, string>> = {
  up: 'from from-file file from-registry profile insecure env temp tmp cache-dir direct-mounts build component-id log-dir truncate-logs disable-cache cache disable-pooling debug-info follow quiet sh shush runtime-config-file state-dir allow-transient-write experimental-wasi-otel key-value sqlite max-instance-memory variable listen tls-cert tls-key http1-max-buf-size find-free-port format max-instance-reuse-count max-instance-concurrent-reuse-count request-timeout idle-instance-timeout',
  build: 'from profile component-id skip-target-checks skip-generate-wits up',
  add: 'template tag output init value values-file accept-defaults no-vcs allow-overwrite file',
  doctor: 'from',
  'templates install': 'git dir tar branch upgrade',
  'templates list': 'tag verbose',
  new: 'template tag output init value values-file accept-defaults no-vcs allow-overwrite target-environment',
};

/** Variables that no option has, where tspin reads them: the text of the file has to name them. */
const read: Readonly<Record<string, string>> = {
  'SPIN_VARIABLE_*': 'app/variables-providers.ts',
  SPIN_OUTBOUND_H2C_PRIOR_KNOWLEDGE: 'app/load-application.ts',
  SPIN_DATA_DIR: 'dev/templates/store.ts',
};

const ignored = "not read: it is for Spin's own ";

/** Variables that say nothing about an app, but how Spin's own process is to work: an app's answers do not change with them. */
const notRead: Readonly<Record<string, string>> = {
  RUST_LOG: `${ignored}log; what tspin has to say is always on stderr`,
  SPIN_OTEL_TRACING_LEVEL: `${ignored}spans, which tspin does not export`,
  SPIN_DISABLE_LOG_TO_TRACING: `${ignored}log`,
  'OTEL_*': `${ignored}export of traces, which tspin does not have`,
  DISABLE_WASMTIME_CACHE: `${ignored}cache; --cache-dir names tspin's`,
  WASMTIME_CACHE_FILE: `${ignored}cache; --cache-dir names tspin's`,
  SPIN_DEPLOY_PLUGIN: `${ignored}\`deploy\`, which tspin does not have`,
};

/** Those of options. */
const spinVariables: readonly string[] =
  'SPIN_HTTP_LISTEN_ADDR SPIN_TLS_CERT SPIN_TLS_KEY SPIN_HTTP1_MAX_BUF_SIZE SPIN_LOG_DIR RUNTIME_CONFIG_FILE SPIN_MAX_INSTANCE_MEMORY SPIN_MAX_INSTANCE_COUNT SPIN_ALWAYS_BUILD SPIN_NEW_DEFAULT_ENVIRONMENT'.split(
    ' ',
  );

export function commandRows(): Row[] {
  return spinCommands.map(name => {
    const subject = `spin ${name}`;
    if (commands.some(one => one.name === name || one.alias === name)) return { subject, status: 'served', note: '' };
    const instead = commandsNotServed[name];
    return { subject, status: 'refused', note: instead ?? missing(subject) };
  });
}

const all = commands.flatMap(command => [command, ...(command.subcommands ?? [])]);

export function optionRows(): Row[] {
  return Object.entries(spinOptions).flatMap(([command, options]) => {
    const found = all.find(({ name }) => name === command);
    return options.split(' ').map((option): Row => {
      const subject = `${command} --${option}`;
      const isServed = Object.entries(found?.flags ?? {}).some(
        ([name, { aliases }]) => name === option || aliases?.includes(option),
      );
      if (isServed) return { subject, status: 'served', note: '' };
      const refused = found?.notServed[option];
      return { subject, status: 'refused', note: refused ? (refused.instead ?? 'leave it out') : missing(subject) };
    });
  });
}

export function variableRows(): Row[] {
  const flags = commands.flatMap(command => Object.values(command.flags).map(({ env }) => env));
  const optional = spinVariables.map((subject): Row =>
    flags.includes(subject) ? { subject, status: 'served', note: '' } : { subject, status: 'refused', note: missing(subject) },
  );
  const others = Object.entries(read).map(([subject, file]): Row => {
    const text = readFileSync(join(import.meta.dirname, '../../src', file), 'utf8');
    const isRead = text.includes(subject.replace(/_\*$/, ''));
    return { subject, status: isRead ? 'served' : 'refused', note: isRead ? '' : missing(subject) };
  });
  const rest = Object.entries(notRead).map(([subject, note]): Row => ({ subject, status: 'differs', note }));
  return [...optional, ...others, ...rest];
}

const missing = (subject: string): string => `MISSING: ${subject} is in no table of tspin's`;
