// A declared function's type, written out to the bottom: names of types gone, only structure and resources left.
import type { WitFunction } from '../../src/wit/interface.ts';
import type { WitNode } from '../../src/wit/types.ts';

export function structureOf({ params, result, async: isAsync = false }: WitFunction): string {
  const shown = params.map(([name, type]) => `${name}: ${structure(type)}`).join(', ');
  return `${isAsync ? 'async ' : ''}func(${shown})${result ? ` -> ${structure(result)}` : ''}`;
}

function structure(node: WitNode | undefined): string {
  if (!node) return '_';
  switch (node.kind) {
    case 'bytes':
      return 'list<u8>';
    case 'list':
      return `list<${structure(node.element)}>`;
    case 'option':
      return `option<${structure(node.some)}>`;
    case 'result':
      return `result<${structure(node.ok)}, ${structure(node.err)}>`;
    case 'tuple':
      return `tuple<${node.members.map(structure).join(', ')}>`;
    case 'record':
      return `record{${node.fields.map(([name, type]) => `${name}: ${structure(type)}`).join(', ')}}`;
    case 'variant':
      return `variant{${node.cases.map(([name, type]) => (type ? `${name}(${structure(type)})` : name)).join(', ')}}`;
    case 'enum':
    case 'flags':
      return `${node.kind}{${node.names.join(', ')}}`;
    case 'alias':
      return structure(node.of);
    case 'stream':
    case 'future':
      return `${node.kind}<${structure(node.element)}>`;
    case 'own':
    case 'borrow':
      return `${node.kind}<${node.resource.name}>`;
    default:
      return node.kind;
  }
}
