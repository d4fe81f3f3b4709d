import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import type { BuildPlan } from '../../src/app/app.ts';
import { runBuild, type BuildOptions, type BuildStep } from '../../src/dev/build.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const plan = (commands: readonly string[], workdir?: string): BuildPlan => ({
    commands,
    directory: workdir === undefined ? folder : join(folder, workdir),
    workdir,
    watch: [],
  });
  const steps: BuildStep[] = [];
  const build = (plans: Readonly<Record<string, BuildPlan | undefined>>, options: Partial<BuildOptions> = {}) =>
    runBuild({
      targets: Object.entries(plans).map(([id, plan]) => ({ id, plan })),
      components: [],
      onStep: step => void steps.push(step),
      signal: new AbortController().signal,
      ...options,
    });
  return { folder, plan, steps, build, log: () => readFileSync(join(folder, 'log'), 'utf8') };
}

test('commands run one after the other, component by component, through a shell', async t => {
  const { build, plan, log } = setUp(t);
  const ran = await build({ one: plan(['sleep 0.05; echo a >> log', 'echo b >> log']), two: plan(['echo c >> log']) });
  assert.equal(ran, 3);
  assert.equal(log(), 'a\nb\nc\n');
});

test('a step tells its number, and the folder when the manifest names one', async t => {
  const { folder, build, plan, steps } = setUp(t);
  mkdirSync(join(folder, 'sub'));
  await build({ one: plan(['true', 'pwd > log'], 'sub') });
  const workdir = join(folder, 'sub');
  assert.deepEqual(steps, [
    { component: 'one', command: 'true', number: 1, total: 2, workdir },
    { component: 'one', command: 'pwd > log', number: 2, total: 2, workdir },
  ]);
  assert.equal(readFileSync(join(workdir, 'log'), 'utf8').trim(), workdir);
});

test('the first failure ends the build and names component, status and command', async t => {
  const { folder, build, plan } = setUp(t);
  await assert.rejects(build({ one: plan(['exit 3', 'touch second']), two: plan(['touch third']) }), {
    code: 'build-failed',
    message: 'the build command of component "one" failed with status 3',
    help: ['it was: exit 3'],
  });
  assert.deepEqual([existsSync(join(folder, 'second')), existsSync(join(folder, 'third'))], [false, false]);
});

test('a command that a signal ended is told so', async t => {
  const { build, plan } = setUp(t);
  await assert.rejects(build({ one: plan(['kill -KILL $$']) }), {
    message: 'the build command of component "one" was ended by SIGKILL',
  });
});

test('components that need each other in a circle are built in their order', async t => {
  const { folder, plan, log } = setUp(t);
  const target = (id: string, other: string) => ({ id, plan: plan([`echo ${id} >> log`]), after: [other] });
  const targets = [target('one', 'two'), target('two', 'one')];
  await runBuild({ targets, components: [], jobs: 2, onStep: () => {}, signal: new AbortController().signal });
  assert.deepEqual([log(), existsSync(folder)], ['one\ntwo\n', true]);
});

test('what is needed is built before, and what is not needed does not wait', async t => {
  const { plan, log } = setUp(t);
  const targets = [
    { id: 'base', plan: plan(['sleep 0.2; echo base >> log']), after: [] },
    { id: 'top', plan: plan(['echo top >> log']), after: ['base'] },
    { id: 'other', plan: plan(['echo other >> log']), after: [] },
  ];
  await runBuild({ targets, components: [], jobs: 2, onStep: () => {}, signal: new AbortController().signal });
  assert.equal(log(), 'other\nbase\ntop\n');
});

test('only the named components are built', async t => {
  const { build, plan, log } = setUp(t);
  await build({ one: plan(['echo a >> log']), two: plan(['echo b >> log']) }, { components: ['two'] });
  assert.equal(log(), 'b\n');
});

test('an unknown component builds nothing and lists those there are', async t => {
  const { folder, build, plan } = setUp(t);
  await assert.rejects(build({ one: plan(['touch built']), two: undefined }, { components: ['one', 'tow'] }), {
    code: 'unknown-build-component',
    help: ['did you mean "two"?', 'the components are: one, two'],
  });
  assert.equal(existsSync(join(folder, 'built')), false);
});

test('components without a build command are passed over', async t => {
  const { build } = setUp(t);
  assert.equal(await build({ one: undefined }), 0);
});

test('an abort ends the running command with all that it started, and the build', async t => {
  const { folder, build, plan } = setUp(t);
  const controller = new AbortController();
  // The command waits in a process of its own, which says its id first.
  const started = new Promise<void>(resolve => {
    const watcher = watch(folder, () => {
      if (existsSync(join(folder, 'pid'))) resolve(watcher.close());
    });
  });
  const building = build(
    { one: plan(["sh -c 'echo $$ > pid.new; mv pid.new pid; exec sleep 60'; true"]), two: plan(['touch two']) },
    { signal: controller.signal },
  );
  await started;
  controller.abort(new Error('stopped'));
  await assert.rejects(building, { message: 'stopped' });
  assert.equal(existsSync(join(folder, 'two')), false);
  if (!process.stdin.isTTY) {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await gone(pid);
  }
});

/** Resolves when the process has ended: signals are delivered soon, not at once. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise(resolve => setImmediate(resolve));
  }
}
