// Do a component and the host mean the same functions by the names that the component imports?
import type { WitInterface } from '../../wit/interface.ts';
import { interfaceKey, parseInterfaceName } from '../../wit/name.ts';
import type { ComponentPlan } from '../component/plan.ts';
import { sameFunction } from '../component/same-function.ts';

/** Gives the first function (`wasi:io/poll@0.2.6#poll`) whose type differs from the host's; undefined when none does. */
export function checkPlan(plan: ComponentPlan, offered: readonly WitInterface[]): string | undefined {
  const byKey = new Map(offered.map(wit => [interfaceKey(wit.name, wit.version), wit]));
  for (const canon of plan.canons) {
    if (canon.kind !== 'lower') continue;
    const { name, version } = parseInterfaceName(canon.interface);
    const declared = byKey.get(interfaceKey(name, version))?.functions[canon.name];
    if (declared && !sameFunction(canon.type, declared)) return `${canon.interface}#${canon.name}`;
  }
  return undefined;
}
