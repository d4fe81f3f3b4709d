// The WIT text of declared interfaces: what `wit/` holds, and what tests compare with the worlds of real SDKs.
import type { WitFunction, WitInterface } from './interface.ts';
import { versioned } from './name.ts';
import type { ResourceNode, WitNode } from './types.ts';

/** The interface that owns each named type and resource. */
type Owners = ReadonlyMap<unknown, WitInterface>;

/** One package's text: `package wasi:io@0.2.12;` and its interfaces. `all` tells where types of other packages live. */
export function printPackage(interfaces: readonly WitInterface[], all: readonly WitInterface[]): string {
  const [first] = interfaces;
  if (!first) throw new Error('a package has at least one interface');
  const owners = findOwners(all);
  const text = interfaces.map(wit => printInterface(wit, owners));
  return [`package ${versioned(packageOf(first), first.version)};\n`, ...text].join('\n');
}

/** The text of all packages by path: `wasi-io@0.2.12/package.wit`. */
export function witFiles(all: readonly WitInterface[]): ReadonlyMap<string, string> {
  const packages = Map.groupBy(all, wit => versioned(packageOf(wit).replace(':', '-'), wit.version));
  return new Map([...packages].map(([name, interfaces]) => [`${name}/package.wit`, printPackage(interfaces, all)]));
}

/** `wasi:io` of `wasi:io/poll` */
export const packageOf = ({ name }: WitInterface): string => name.slice(0, name.indexOf('/'));

export function printInterface(wit: WitInterface, owners: Owners): string {
  const foreign = foreignTypes(wit, owners);
  const uses = [...foreign].map(([owner, names]) => `  use ${importName(owner, wit)}.{${names.join(', ')}};\n`);
  const types = [...namedTypes(wit)].filter(type => owners.get(type) === wit).map(printType);
  const functions = Object.entries(wit.functions);
  const resources = wit.resources.map(resource => printResource(resource, functions));
  const free = functions.filter(([name]) => !name.startsWith('[')).map(([name, type]) => `  ${name}: ${printFunction(type)};\n`);
  return `interface ${shortName(wit)} {\n${[...uses, ...types, ...resources, ...free].join('')}}\n`;
}

/** Who owns what: resources and types listed by an interface, else the first interface that mentions a type. */
export function findOwners(all: readonly WitInterface[]): Owners {
  const owners = new Map<unknown, WitInterface>();
  for (const wit of all) for (const node of [...wit.resources, ...wit.types]) owners.set(node, wit);
  for (const wit of all) for (const type of namedTypes(wit)) if (!owners.has(type)) owners.set(type, wit);
  return owners;
}

const shortName = ({ name }: WitInterface): string => name.slice(name.indexOf('/') + 1);

const importName = (owner: WitInterface, user: WitInterface): string =>
  packageOf(owner) === packageOf(user) ? shortName(owner) : versioned(owner.name, owner.version);

function foreignTypes(wit: WitInterface, owners: Owners): Map<WitInterface, string[]> {
  const foreign = new Map<WitInterface, string[]>();
  for (const node of [...mentionedResources(wit), ...namedTypes(wit)]) {
    const owner = owners.get(node);
    if (!owner) throw new Error(`no interface owns ${node.name}, which ${wit.name} uses`);
    if (owner === wit) continue;
    const names = foreign.get(owner) ?? [];
    if (!names.includes(node.name)) foreign.set(owner, [...names, node.name]);
  }
  return foreign;
}

type Named = WitNode & { readonly name: string };

const isNamed = (node: WitNode): node is Named => 'name' in node;

function nodesOf(wit: WitInterface): WitNode[] {
  const roots = Object.values(wit.functions).flatMap(({ params, result }) => [
    ...params.map(([, type]) => type),
    ...(result ? [result] : []),
  ]);
  return [...wit.types, ...roots].flatMap(withParts);
}

/** The node and everything inside it, parts first: a type is printed after those that it is made of. */
const withParts = (node: WitNode): WitNode[] => [...partsOf(node).flatMap(withParts), node];

function partsOf(node: WitNode): WitNode[] {
  switch (node.kind) {
    case 'list':
      return [node.element];
    case 'stream':
    case 'future':
      return node.element ? [node.element] : [];
    case 'option':
      return [node.some];
    case 'result':
      return [node.ok, node.err].filter(part => part !== undefined);
    case 'tuple':
      return [...node.members];
    case 'record':
      return node.fields.map(([, type]) => type);
    case 'variant':
      return node.cases.flatMap(([, type]) => type ?? []);
    case 'alias':
      return [node.of];
    default:
      return [];
  }
}

const namedTypes = (wit: WitInterface): Set<Named> => new Set(nodesOf(wit).filter(isNamed));

const mentionedResources = (wit: WitInterface): Set<ResourceNode> =>
  new Set(nodesOf(wit).flatMap(node => (node.kind === 'own' || node.kind === 'borrow' ? [node.resource] : [])));

function printResource(resource: ResourceNode, functions: readonly (readonly [string, WitFunction])[]): string {
  const lines = functions.flatMap(([name, type]) => {
    if (name === `[constructor]${resource.name}`) return [`    constructor(${printParams(type.params)});\n`];
    const [, kind, method] = new RegExp(`^\\[(method|static)\\]${resource.name}\\.(.*)$`).exec(name) ?? [];
    if (!kind || !method) return [];
    const shown = kind === 'method' ? { ...type, params: type.params.slice(1) } : type;
    return [`    ${escaped(method)}: ${kind === 'static' ? 'static ' : ''}${printFunction(shown)};\n`];
  });
  return lines.length === 0 ? `  resource ${resource.name};\n` : `  resource ${resource.name} {\n${lines.join('')}  }\n`;
}

const printFunction = ({ params, result, async: isAsync = false }: WitFunction): string =>
  `${isAsync ? 'async ' : ''}func(${printParams(params)})${result ? ` -> ${printRef(result)}` : ''}`;

const printParams = (params: WitFunction['params']): string =>
  params.map(([name, type]) => `${escaped(name)}: ${printRef(type)}`).join(', ');

/** A type where it is used. */
export function printRef(node: WitNode): string {
  switch (node.kind) {
    case 'bytes':
      return 'list<u8>';
    case 'list':
      return `list<${printRef(node.element)}>`;
    case 'option':
      return `option<${printRef(node.some)}>`;
    case 'tuple':
      return `tuple<${node.members.map(printRef).join(', ')}>`;
    case 'result':
      return printResult(node.ok, node.err);
    case 'stream':
    case 'future':
      return node.element ? `${node.kind}<${printRef(node.element)}>` : node.kind;
    case 'own':
      return node.resource.name;
    case 'borrow':
      return `borrow<${node.resource.name}>`;
    default:
      return isNamed(node) ? escaped(node.name) : node.kind;
  }
}

function printResult(ok: WitNode | undefined, err: WitNode | undefined): string {
  if (!ok && !err) return 'result';
  if (!err && ok) return `result<${printRef(ok)}>`;
  return `result<${ok ? printRef(ok) : '_'}, ${err ? printRef(err) : '_'}>`;
}

function printType(node: Named): string {
  const name = escaped(node.name);
  const body = (keyword: string, lines: readonly string[]): string =>
    `  ${keyword} ${name} {\n${lines.map(line => `    ${line},\n`).join('')}  }\n`;
  switch (node.kind) {
    case 'alias':
      return `  type ${name} = ${printRef(node.of)};\n`;
    case 'record':
      return body(
        'record',
        node.fields.map(([field, type]) => `${escaped(field)}: ${printRef(type)}`),
      );
    case 'variant':
      return body(
        'variant',
        node.cases.map(([one, type]) => (type ? `${escaped(one)}(${printRef(type)})` : escaped(one))),
      );
    default:
      return body(node.kind, 'names' in node ? node.names.map(escaped) : []);
  }
}

const keywords: ReadonlySet<string> = new Set(
  'use type func u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char record flags variant enum union bool string option result future stream as from static interface tuple import export world package include list resource own borrow constructor error-context async'.split(
    ' ',
  ),
);

/** A name that is a keyword is written with a percent sign. */
const escaped = (name: string): string => (keywords.has(name) ? `%${name}` : name);
