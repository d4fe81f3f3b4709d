// Reads the types of a component's imports out of its text form (wasm-tools print): an oracle for declarations that is not ours.
import { print } from '@bytecodealliance/jco-transpile/wasm-tools';

type Sexpr = string | readonly Sexpr[];
/** `wasi:io/poll@0.2.6` -> `[method]pollable.ready` -> `func(self: borrow<pollable>) -> bool` */
export type ImportedFunctions = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface InstanceType {
  readonly functions: ReadonlyMap<string, string>;
  /** By export name: a resource's name, or a named type written out. */
  readonly types: ReadonlyMap<string, string>;
}

export async function importedFunctions(component: Uint8Array): Promise<ImportedFunctions> {
  /** By name, `$ty-wasi:io/poll@0.2.6` and `$pollable`. */
  const instanceTypes = new Map<string, InstanceType>();
  const aliased = new Map<string, string>();
  const imports = new Map<string, InstanceType>();
  for (const item of topLevel(await print(component))) {
    const [keyword, second] = item;
    if (keyword === 'type') {
      const body = item.find((part): part is readonly Sexpr[] => Array.isArray(part) && part[0] === 'instance');
      if (body) instanceTypes.set(String(second), readInstance(body, aliased));
    }
    if (keyword === 'import') {
      const type = instanceTypes.get(/"type","([^"]+)"/.exec(JSON.stringify(item))?.[1] ?? '');
      if (type) imports.set(unquoted(String(second)), type);
    }
    if (keyword === 'alias' && second === 'export') {
      // (alias export $wasi:io/error@0.2.6 "error" (type $error))
      const target = imports.get(String(item[2]).slice(1))?.types.get(unquoted(String(item[3])));
      const name = Array.isArray(item.at(-1)) ? String((item.at(-1) as readonly Sexpr[])[1]) : '';
      aliased.set(name, target ?? `?${name}`);
    }
  }
  return new Map([...imports].map(([name, { functions }]) => [name, functions]));
}

function readInstance(body: readonly Sexpr[], outer: ReadonlyMap<string, string>): InstanceType {
  const types: string[] = [];
  const named = new Map<string, string>();
  const functions = new Map<string, string>();
  for (const item of body.slice(1)) {
    if (!Array.isArray(item)) continue;
    if (item[0] === 'type') types.push(render(item.at(-1), types));
    if (item[0] === 'alias') types.push(outer.get(String(item[3])) ?? `?${String(item[3])}`);
    if (item[0] !== 'export') continue;
    const name = unquoted(String(item.find((part: Sexpr) => typeof part === 'string' && part.startsWith('"'))));
    const [kind, detail] = item.at(-1) as readonly Sexpr[];
    const isResource = JSON.stringify(detail) === '["sub","resource"]';
    const type = isResource ? name : (types[Number((detail as readonly Sexpr[])[1])] ?? '?');
    if (kind === 'func') functions.set(name, type);
    else named.set(name, types[types.push(type) - 1] ?? type);
  }
  return { functions, types: named };
}

function render(type: Sexpr | undefined, types: readonly string[]): string {
  if (typeof type === 'string') return /^\d+$/.test(type) ? (types[Number(type)] ?? '?') : type;
  if (!type) return '_';
  const [kind, ...rest] = type;
  const all = rest.map(part => render(part, types));
  switch (kind) {
    case 'func': {
      const params = rest.filter((part): part is readonly Sexpr[] => part[0] === 'param');
      const result = rest.find((part): part is readonly Sexpr[] => part[0] === 'result');
      const shown = params.map(([, name, one]) => `${unquoted(String(name))}: ${render(one, types)}`).join(', ');
      return `${rest.includes('async') ? 'async ' : ''}func(${shown})${result ? ` -> ${render(result[1], types)}` : ''}`;
    }
    case 'result': {
      const error = rest.find((part): part is readonly Sexpr[] => Array.isArray(part));
      const ok = rest.find(part => typeof part === 'string');
      return `result<${ok ? render(ok, types) : '_'}, ${error ? render(error[1], types) : '_'}>`;
    }
    case 'record':
      return `record{${rest.map(field => `${unquoted(String(field[1]))}: ${render(field[2], types)}`).join(', ')}}`;
    case 'variant':
      return `variant{${rest.map(one => `${unquoted(String(one[1]))}${one[2] ? `(${render(one[2], types)})` : ''}`).join(', ')}}`;
    case 'enum':
    case 'flags':
      return `${kind}{${rest.map(name => unquoted(String(name))).join(', ')}}`;
    default:
      return `${String(kind)}<${all.join(', ')}>`;
  }
}

const unquoted = (text: string): string => text.replaceAll('"', '');

/** The s-expressions directly inside `(component ...)` up to the first core module, where imports end. */
function topLevel(text: string): (readonly Sexpr[])[] {
  const end = text.search(/\n {2}\(core /);
  const [component] = parse(end < 0 ? text : `${text.slice(0, end)}\n)`);
  return (component as readonly Sexpr[]).filter((item): item is readonly Sexpr[] => Array.isArray(item));
}

function parse(text: string): Sexpr[] {
  const stack: Sexpr[][] = [[]];
  // Index comments such as (;0;) are not part of the structure.
  for (const [token] of text.replaceAll(/\(;.*?;\)/g, '').matchAll(/\(|\)|"[^"]*"|[^\s()]+/g)) {
    if (token === '(') stack.push([]);
    else if (token === ')') {
      const done = stack.pop();
      if (done) stack.at(-1)?.push(done);
    } else stack.at(-1)?.push(token);
  }
  return stack[0] ?? [];
}
