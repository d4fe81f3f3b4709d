// `tspin up`: names, short forms and environment variables are Spin's.
import { defineCommand, type Flags, type NotServed } from '../command.ts';

const later = 'leave it out';
const reuse = 'leave it out: every request gets a fresh instance';

const notServed: Readonly<Record<string, NotServed>> = {
  'from-registry': { instead: 'pull the app with `spin registry pull`, and run it from a folder with -f' },
  profile: { instead: 'leave it out: the anonymous profile is run' },
  insecure: { short: 'k' },
  temp: {},
  tmp: {},
  'disable-cache': { instead: 'leave it out; --cache-dir names another folder for the cache' },
  cache: { instead: '--cache-dir names another folder for the cache' },
  'disable-pooling': { instead: later },
  'debug-info': {},
  'runtime-config-file': { env: 'RUNTIME_CONFIG_FILE' },
  'experimental-wasi-otel': {},
  sqlite: {},
  variable: {},
  'tls-cert': { env: 'SPIN_TLS_CERT', instead: 'put a proxy that ends TLS in front' },
  'tls-key': { env: 'SPIN_TLS_KEY', instead: 'put a proxy that ends TLS in front' },
  'http1-max-buf-size': { env: 'SPIN_HTTP1_MAX_BUF_SIZE' },
  'find-free-port': { instead: '--listen 127.0.0.1:0 takes any free port, and says which' },
  format: { instead: 'read the lines after "Serving" on stdout' },
  'max-instance-reuse-count': { instead: reuse },
  'max-instance-concurrent-reuse-count': { instead: reuse },
  'idle-instance-timeout': { instead: reuse },
};

export const upFlags = {
  from: {
    kind: 'value',
    short: 'f',
    aliases: ['from-file', 'file'],
    placeholder: 'PATH',
    example: '../app/spin.toml',
    about: 'The spin.toml, or the folder that holds it; by default the current folder or the nearest one above',
  },
  listen: {
    kind: 'value',
    env: 'SPIN_HTTP_LISTEN_ADDR',
    placeholder: 'ADDR',
    example: '127.0.0.1:3000',
    about: 'Where to serve (127.0.0.1:3000); port 0 takes a free one',
  },
  build: { kind: 'switch', env: 'SPIN_ALWAYS_BUILD', about: 'Build the app first, as `tspin build`' },
  env: {
    kind: 'list',
    short: 'e',
    placeholder: 'KEY=VALUE',
    example: 'GREETING=hello',
    about: 'Set an environment variable in every component',
  },
  'component-id': {
    kind: 'list',
    short: 'c',
    aliases: ['component'],
    placeholder: 'ID',
    example: 'hello',
    about: 'Run only these components',
  },
  'key-value': {
    kind: 'list',
    placeholder: 'KEY=VALUE',
    example: 'greeting=hello',
    about: 'Write a pair to the store "default" before serving',
  },
  'state-dir': {
    kind: 'value',
    placeholder: 'DIR',
    example: './state',
    about: 'Where stores are kept (.spin beside spin.toml); "" keeps them in memory',
  },
  'log-dir': {
    kind: 'value',
    short: 'L',
    env: 'SPIN_LOG_DIR',
    placeholder: 'DIR',
    example: './logs',
    about: 'Where the output of components is logged (.spin/logs); "" writes no files',
  },
  'truncate-logs': { kind: 'switch', about: 'Empty the log files at the start' },
  follow: {
    kind: 'list',
    placeholder: 'ID',
    example: 'hello',
    about: 'Print the output of this component only, not of all',
  },
  quiet: {
    kind: 'switch',
    short: 'q',
    aliases: ['sh', 'shush'],
    conflicts: ['follow'],
    about: 'Print no output of components; it is still logged',
  },
  'direct-mounts': { kind: 'switch', about: 'Mount the folders of `files` themselves, not copies of them' },
  'allow-transient-write': { kind: 'switch', about: 'Let components write to the copies of their `files`' },
  'request-timeout': {
    kind: 'value',
    placeholder: 'TIME',
    example: '30s',
    about: 'End a request that takes longer, with 504: 30s, 500ms, 2m; no limit by default',
  },
  'max-instance-memory': {
    kind: 'value',
    env: 'SPIN_MAX_INSTANCE_MEMORY',
    placeholder: 'BYTES',
    example: '134217728',
    about: 'What the memory of an instance may grow to (1073741824)',
  },
  instances: {
    kind: 'value',
    placeholder: 'recycled|fresh',
    example: 'fresh',
    about: 'Put instances back after each request (recycled), or make new ones (fresh)',
  },
  bindings: {
    kind: 'value',
    placeholder: 'fast|plain',
    example: 'plain',
    about: "Bind components by tspin's own code (fast) or by jco's (plain)",
  },
  verbose: { kind: 'switch', about: 'Say how each component is bound' },
  'cache-dir': {
    kind: 'value',
    env: 'TSPIN_CACHE_DIR',
    placeholder: 'DIR',
    example: '/tmp/tspin-cache',
    about: 'Where components made ready for this machine are kept',
  },
} as const satisfies Flags;

export const upCommand = defineCommand({
  name: 'up',
  alias: 'u',
  about: 'Start the app and serve it',
  usage: '[OPTIONS]',
  details: ['Ctrl-C or SIGTERM stops it: requests in flight get 10 s to finish; a second one stops it at once.'],
  flags: upFlags,
  arguments: [],
  notServed,
  load: async () => (await import('../actions/up.ts')).up,
});
