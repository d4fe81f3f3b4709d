// Tasks that share an instance: what goes on when one of them does not.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { Tasks, type TaskInstance } from '../../../src/wasm/async/tasks.ts';
import type { TaskParts, TaskStep } from '../../../src/wasm/async/task.ts';
import { func } from '../../../src/wit/interface.ts';
import type { HostScope } from '../../../src/wit/scope.ts';
import { Trap } from '../../../src/wit/trap.ts';

interface Scope {
  given?: Trap;
}

function started() {
  const instance = { serve: () => {} } as unknown as TaskInstance;
  const tasks = new Tasks(instance);
  const begun: string[] = [];
  const run = (name: string, step: () => TaskStep, scope: Scope = {}): Promise<string> => {
    const parts: TaskParts = {
      scope: {
        enter: () => {
          if (scope.given) throw scope.given;
        },
        failed: (error: unknown) => error as Error,
      } as unknown as HostScope,
      type: func([]),
      start: () => {
        begun.push(name);
        tasks.current.return(undefined);
        return step();
      },
      callback: () => Promise.resolve(0),
      onReturn: undefined,
    };
    return tasks.run(parts).then(
      () => 'exited',
      (error: unknown) => (error as Error).message,
    );
  };
  return { tasks, begun, run };
}

test('one whose invocation was given up while it waited for its turn leaves the others theirs', async () => {
  const { tasks, begun, run } = started();
  const first = Promise.withResolvers<number>();
  const scope: Scope = {};
  const ended = [
    run('first', () => first.promise),
    run('second', () => Promise.resolve(0), scope),
    run('third', () => Promise.resolve(0)),
  ];
  scope.given = new Trap('its time was over');
  first.resolve(0);
  assert.deepEqual(await Promise.all(ended), ['exited', 'its time was over', 'exited']);
  assert.deepEqual(begun, ['first', 'third']);
  assert.equal(tasks.reset(), true);
});

test('after one has trapped no other begins, and the instance cannot be put back', async () => {
  const { tasks, begun, run } = started();
  const first = Promise.withResolvers<number>();
  const ended = run('first', () => first.promise);
  void run('second', () => Promise.resolve(0));
  first.reject(new Trap('unreachable'));
  assert.equal(await ended, 'unreachable');
  void run('third', () => Promise.resolve(0));
  await nextTurn();
  assert.deepEqual(begun, ['first']);
  assert.equal(tasks.reset(), false);
});
