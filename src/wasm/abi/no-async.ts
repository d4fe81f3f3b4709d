// What an instance without streams, futures and subtasks (WASI 0.2) has in their place.
import { Trap } from '../../wit/trap.ts';
import type { AsyncSupport } from './instance-context.ts';

const refuse = (): never => {
  throw new Trap('the component has no streams, futures or subtasks');
};

export const noAsync: AsyncSupport = {
  takeStream: refuse,
  giveStream: refuse,
  takeFuture: refuse,
  giveFuture: refuse,
  startSubtask: refuse,
};
