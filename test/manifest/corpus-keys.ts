// Every key of a manifest, by version (spin-behaviour 1.2 to 1.17). `*` is a name that the user chooses, `[]` an element of an array.

const variable = ['default', 'required', 'secret', 'description'].map(key => `variables.*.${key}`);
const build = ['command', 'command[]', 'workdir', 'watch[]'];
const source = ['source', 'source.url', 'source.digest'];
const packaged = ['source.package', 'source.version', 'source.registry'];
const files = ['files[]', 'files[].source', 'files[].destination'];
const common = ['description', 'environment.*', 'exclude_files[]', 'allowed_http_hosts[]', 'allowed_outbound_hosts[]'];
const labels = ['key_value_stores[]', 'sqlite_databases[]', 'ai_models[]'];
const target = ['targets[]', 'targets[].url', 'targets[].path'];
const executor = ['executor.type', 'executor.argv', 'executor.entrypoint'];
const dependency = ['version', 'registry', 'package', 'path', 'url', 'digest', 'component'];
const profile = [
  'source',
  'source.package',
  'source.version',
  'environment.*',
  'dependencies.*.path',
  'build.command',
  'build.command[]',
];

const below = (parent: string, keys: readonly string[]): string[] => keys.map(key => `${parent}.${key}`);

export const keys2: readonly string[] = [
  'spin_manifest_version',
  ...below('application', ['name', 'version', 'description', 'authors[]', ...target, 'tool.*.*']),
  ...below('application.trigger', ['http.base', 'redis.address', '*.*.*']),
  ...variable,
  ...below('trigger.http[]', [
    'id',
    'route',
    'route.private',
    'component',
    'component.source',
    'component.description',
    ...executor,
  ]),
  ...below('trigger.http[].static_response', ['status_code', 'headers.*', 'body']),
  ...below('trigger.http[].components', ['*', '*[]', '*[].source']),
  ...below('trigger.http[].dependencies.*[]', [...dependency, 'inherit_configuration', 'inherit_configuration[]']),
  ...below('trigger.redis[]', ['channel', 'address', 'component']),
  ...below('trigger.*[]', ['component', '*']),
  ...below('component.*', [...source, ...packaged, ...files, ...common, ...labels, ...target, 'variables.*', 'tool.*.*']),
  ...below('component.*.build', build),
  'component.*.dependencies_inherit_configuration',
  ...below('component.*.dependencies', ['*', ...below('*', [...dependency, 'export'])]),
  ...below('component.*.profile.*', [...profile, 'dependencies.*.inherit_configuration']),
];

export const keys1: readonly string[] = [
  ...['spin_manifest_version', 'spin_version', 'name', 'version', 'description', 'authors[]'],
  ...below('trigger', ['type', 'base', 'address', '*']),
  ...variable,
  ...below('component[]', ['id', ...source, ...files, ...common, ...labels, 'config.*']),
  ...below('component[].build', ['command', 'workdir', 'watch[]']),
  ...below('component[].trigger', ['route', 'route.private', ...executor, 'channel', 'address', '*']),
];
