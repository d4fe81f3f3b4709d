// Every key of a manifest of version 2 (spin-behaviour 1.2 to 1.16), each tried in a manifest: it is read, or there is a message.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadApplication } from '../../src/app/load-application.ts';
import { messageOf, type Row } from './row.ts';

type Section = 'top' | 'application' | 'trigger' | 'component' | 'end';

interface Probe {
  readonly key: string;
  readonly in: Section;
  readonly toml: string;
  /** Why it is not as in Spin. */
  readonly differs?: string;
  /** The file is this, and nothing else. */
  readonly whole?: string;
}

const differences = '[differences.md](differences.md)';

const probes: readonly Probe[] = [
  { key: 'spin_manifest_version = 2', in: 'top', toml: '' },
  {
    key: 'spin_manifest_version = "1"',
    in: 'top',
    toml: '',
    whole:
      'spin_manifest_version = "1"\nname = "probe"\ntrigger = { type = "http" }\n[[component]]\nid = "hello"\nsource = "hello.wasm"\n[component.trigger]\nroute = "/..."\n',
  },
  { key: '[application] name, version, description', in: 'application', toml: 'version = "1.0.0"\ndescription = "d"' },
  { key: '[application] authors', in: 'application', toml: 'authors = ["a"]' },
  { key: '[application] targets', in: 'application', toml: 'targets = ["spin-up:3.3"]' },
  { key: '[application.tool]', in: 'end', toml: '[application.tool.x]\ny = 1' },
  { key: '[application.trigger.http] base = "/"', in: 'end', toml: '[application.trigger.http]\nbase = "/"' },
  { key: '[application.trigger.http] base = "/base"', in: 'end', toml: '[application.trigger.http]\nbase = "/base"' },
  { key: '[application.trigger.redis]', in: 'end', toml: '[application.trigger.redis]\naddress = "redis://localhost"' },
  { key: '[variables] default', in: 'end', toml: '[variables]\na = { default = "1" }' },
  { key: '[variables] required', in: 'end', toml: '[variables]\na = { required = true }' },
  { key: '[variables] secret', in: 'end', toml: '[variables]\na = { default = "1", secret = true }' },
  { key: '[[trigger.http]] id', in: 'trigger', toml: 'id = "first"' },
  {
    key: '[[trigger.http]] route = { private = true }',
    in: 'end',
    toml: '[[trigger.http]]\nroute = { private = true }\ncomponent = "hello"',
  },
  { key: '[[trigger.http]] executor = { type = "spin" }', in: 'trigger', toml: 'executor = { type = "spin" }' },
  { key: '[[trigger.http]] executor = { type = "wagi" }', in: 'trigger', toml: 'executor = { type = "wagi" }' },
  {
    key: '[[trigger.http]] component = { … } (inline)',
    in: 'end',
    toml: '[[trigger.http]]\nroute = "/inline"\ncomponent = { source = "hello.wasm" }',
  },
  {
    key: '[[trigger.http]] static_response',
    in: 'end',
    toml: '[[trigger.http]]\nroute = "/static"\nstatic_response = { body = "x" }',
  },
  { key: '[[trigger.http]] components', in: 'trigger', toml: 'components = { other = "hello" }' },
  {
    key: '[[trigger.http]] dependencies (middleware)',
    in: 'trigger',
    toml: 'dependencies = { middleware = [{ component = "hello" }] }',
  },
  { key: '[[trigger.redis]]', in: 'end', toml: '[[trigger.redis]]\nchannel = "x"\ncomponent = "hello"' },
  { key: '[component] source = "file"', in: 'component', toml: '' },
  {
    key: '[component] source = { url, digest }',
    in: 'end',
    toml: `[[trigger.http]]\nroute = "/url"\ncomponent = "url"\n[component.url]\nsource = { url = "https://example.com/a.wasm", digest = "sha256:${'0'.repeat(64)}" }`,
  },
  {
    key: '[component] source = { package, version }',
    in: 'end',
    toml: '[[trigger.http]]\nroute = "/pkg"\ncomponent = "pkg"\n[component.pkg]\nsource = { package = "a:b", version = "1.0.0" }',
  },
  { key: '[component] description', in: 'component', toml: 'description = "d"' },
  {
    key: '[component] variables',
    in: 'end',
    toml: '[component.hello.variables]\nx = "{{ a }}"\n[variables]\na = { default = "1" }',
  },
  { key: '[component] environment', in: 'component', toml: 'environment = { A = "1" }' },
  { key: '[component] files, exclude_files', in: 'component', toml: 'files = ["static/*"]\nexclude_files = ["static/x"]' },
  { key: '[component] allowed_outbound_hosts', in: 'component', toml: 'allowed_outbound_hosts = ["https://example.com"]' },
  { key: '[component] allowed_http_hosts', in: 'component', toml: 'allowed_http_hosts = ["example.com"]' },
  {
    key: '[component] key_value_stores',
    in: 'component',
    toml: 'key_value_stores = ["default"]',
    differs: `WAL while serving: ${differences}`,
  },
  { key: '[component] sqlite_databases', in: 'component', toml: 'sqlite_databases = ["default"]' },
  { key: '[component] ai_models', in: 'component', toml: 'ai_models = ["llama2-chat"]' },
  { key: '[component] targets', in: 'component', toml: 'targets = ["spin-up:3.3"]' },
  {
    key: '[component.build] command, workdir, watch',
    in: 'end',
    toml: '[component.hello.build]\ncommand = "true"\nworkdir = "."\nwatch = ["src"]',
  },
  { key: '[component.tool]', in: 'end', toml: '[component.hello.tool.x]\ny = 1' },
  { key: '[component.dependencies]', in: 'end', toml: '[component.hello.dependencies]\n"a:b" = { version = "1.0.0" }' },
  { key: '[component] dependencies_inherit_configuration', in: 'component', toml: 'dependencies_inherit_configuration = true' },
  { key: '[component.profile]', in: 'end', toml: '[component.hello.profile.debug]\nsource = "debug.wasm"' },
];

/** `folder`: an empty one. */
export async function manifestRows(folder: string): Promise<Row[]> {
  mkdirSync(join(folder, 'static'));
  writeFileSync(join(folder, 'static/page.html'), '');
  const rows: Row[] = [];
  for (const probe of probes) rows.push(await rowOf(probe, folder));
  return rows;
}

async function rowOf(probe: Probe, folder: string): Promise<Row> {
  writeFileSync(join(folder, 'spin.toml'), probe.whole ?? manifestWith(probe));
  const temporaryDirectory = join(folder, 'temporary');
  try {
    const { dispose } = await loadApplication({ from: join(folder, 'spin.toml'), cwd: folder, temporaryDirectory });
    await dispose();
  } catch (error) {
    return { subject: probe.key, status: 'refused', note: messageOf(error).replaceAll(folder, '.') };
  }
  return { subject: probe.key, status: probe.differs === undefined ? 'served' : 'differs', note: probe.differs ?? '' };
}

function manifestWith({ in: section, toml }: Probe): string {
  const at = (one: Section): string => (one === section ? `${toml}\n` : '');
  return [
    `${at('top')}spin_manifest_version = 2\n`,
    `[application]\nname = "probe"\n${at('application')}`,
    `[[trigger.http]]\nroute = "/..."\ncomponent = "hello"\n${at('trigger')}`,
    `[component.hello]\nsource = "hello.wasm"\n${at('component')}`,
    at('end'),
  ].join('\n');
}
