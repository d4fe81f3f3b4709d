// Every command, option and environment variable of Spin's command line (spin-behaviour 5), looked up in the tables of tspin's.
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

/** Variables that are no option's. */
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
  return spinVariables.map(subject =>
    flags.includes(subject) ? { subject, status: 'served', note: '' } : { subject, status: 'refused', note: missing(subject) },
  );
}

const missing = (subject: string): string => `MISSING: ${subject} is in no table of tspin's`;
