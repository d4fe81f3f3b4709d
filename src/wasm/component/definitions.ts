// What a component's index spaces hold while it is read.
import type { ResourceNode, WitNode } from '../../wit/types.ts';
import type { CanonOptions, CoreItem, FunctionType } from './plan.ts';

export type TypeDefinition =
  | { readonly kind: 'value'; readonly node: WitNode }
  | { readonly kind: 'function'; readonly type: FunctionType }
  | ResourceDefinition
  /** Read anew for every instance of the type, because each has resources of its own. */
  | { readonly kind: 'instance'; readonly body: Uint8Array; readonly offset: number; readonly scope: TypeScope }
  | { readonly kind: 'component' };

export interface ResourceDefinition {
  readonly kind: 'resource';
  readonly node: ResourceNode;
  /** The imported interface that owns it. */
  readonly interface: string;
}

/** A type index space, and those around it. */
export interface TypeScope {
  readonly types: TypeDefinition[];
  readonly outer: TypeScope | undefined;
  /** Instances inside an instance type, of which aliases are made. */
  readonly instances: InstanceDefinition[];
}

export type FunctionDefinition =
  | { readonly kind: 'imported'; readonly interface: string; readonly name: string; readonly type: FunctionType }
  | { readonly kind: 'lifted'; readonly type: FunctionType; readonly core: CoreItem; readonly options: CanonOptions };

export type Definition =
  | { readonly sort: 'function'; readonly function: FunctionDefinition }
  | { readonly sort: 'type'; readonly type: TypeDefinition }
  | { readonly sort: 'instance'; readonly instance: InstanceDefinition }
  | { readonly sort: 'component'; readonly component: ComponentDefinition };

export type InstanceDefinition = ReadonlyMap<string, Definition>;

/** A component inside the component, read when it is instantiated. */
export interface ComponentDefinition {
  readonly body: Uint8Array;
  readonly offset: number;
  readonly scope: ComponentScope;
}

export type CoreInstanceDefinition =
  | { readonly kind: 'made'; readonly instance: number }
  | { readonly kind: 'bag'; readonly items: ReadonlyMap<string, CoreItem> };

/** All index spaces of one component. */
export interface ComponentScope extends TypeScope {
  readonly outer: ComponentScope | undefined;
  readonly functions: FunctionDefinition[];
  readonly components: ComponentDefinition[];
  readonly coreModules: number[];
  readonly coreInstances: CoreInstanceDefinition[];
  /** By core sort: functions, tables, memories, globals and tags. */
  readonly core: Readonly<Record<CoreSort, CoreItem[]>>;
}

export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag';

export const newScope = (outer: ComponentScope | undefined): ComponentScope => ({
  types: [],
  outer,
  instances: [],
  functions: [],
  components: [],
  coreModules: [],
  coreInstances: [],
  core: { func: [], table: [], memory: [], global: [], tag: [] },
});
