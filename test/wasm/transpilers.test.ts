// A process that is started ahead of its job: it does one job as any other does, and is never left behind.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { transpileComponent } from '../../src/wasm/transpile.ts';
import { TranspileProcess } from '../../src/wasm/transpile-process.ts';
import { Transpilers } from '../../src/wasm/transpilers.ts';
import type { TranspiledComponent } from '../../src/wasm/transpile-job.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { counterAsync, counterText, moduleWithWit } from './fixtures.ts';

const request = { componentId: 'counter', path: '/app/counter.wasm', at: undefined };
const module = await moduleWithWit(counterText);

interface Done {
  readonly component: TranspiledComponent;
  /** By name, in hex. */
  readonly files: Readonly<Record<string, string>>;
}

async function transpile(t: TestContext, transpilers?: Transpilers, bytes: Uint8Array = module): Promise<Done> {
  const directory = temporaryFolder(t);
  const source = { path: request.path, digest: '' };
  const job = { ...counterAsync, directory, source, adapter: 'reactor', cacheDirectory: undefined, bindings: 'fast' } as const;
  const component = await transpileComponent(request, bytes, job, { transpilers });
  const files = readdirSync(directory).map(name => [name, readFileSync(join(directory, name)).toString('hex')]);
  return { component, files: Object.fromEntries(files) as Done['files'] };
}

function transpilersFor(t: TestContext, aheadMs?: number): Transpilers {
  const transpilers = new Transpilers(aheadMs === undefined ? {} : { aheadMs });
  t.after(() => transpilers.close());
  return transpilers;
}

test('what it writes is what a process writes that was started for the job', async t => {
  const transpilers = transpilersFor(t);
  await transpilers.expect();
  assert.deepEqual(await transpile(t, transpilers), await transpile(t));
});

test('one waits, however often a job is expected, and it does one job', async t => {
  const transpilers = transpilersFor(t);
  await transpilers.expect();
  await transpilers.expect();
  const ahead = transpilers.take();
  assert.equal(ahead?.isAhead, true);
  assert.equal(transpilers.take(), undefined);
  ahead?.kill();
  await ahead?.ended;
});

test('a job is done though the process that waited for it has died', async t => {
  const transpilers = transpilersFor(t);
  await transpilers.expect();
  const dead = transpilers.take();
  dead?.kill();
  // As when it dies while the job is being sent to it: nobody has heard of its end yet.
  const late = { take: () => dead } as unknown as Transpilers;
  assert.deepEqual(await transpile(t, late), await transpile(t));
});

test('one that has died is not given', async t => {
  const transpilers = transpilersFor(t);
  const pid = await waiting(transpilers);
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  while (existsSync(`/proc/${pid}`)) await new Promise(resolve => setTimeout(resolve, 5));
  assert.equal(transpilers.take(), undefined);
  assert.ok(await transpile(t, transpilers));
});

test('what is wrong with a component is told by it as by any other', async t => {
  const transpilers = transpilersFor(t);
  await transpilers.expect();
  await assert.rejects(transpile(t, transpilers, module.subarray(0, module.length - 3)), { code: 'component-invalid' });
});

test('it ends when no job comes, and when it is not needed any more', async t => {
  await gone(await waiting(transpilersFor(t, 50)));
  const others = transpilersFor(t);
  const pid = await waiting(others);
  others.close();
  await gone(pid);
  await others.expect();
  assert.equal(others.take(), undefined, 'after that none is started');
});

test('a process with one that waits ends when it is done, and takes it along', async t => {
  const transpilers = join(import.meta.dirname, '../../src/wasm/transpilers.ts');
  const script = join(temporaryFolder(t), 'host.mjs');
  writeFileSync(
    script,
    `import { Transpilers } from ${JSON.stringify(transpilers)};
     import { readFileSync } from 'node:fs';
     await new Transpilers().expect();
     process.stdout.write(readFileSync(\`/proc/self/task/\${process.pid}/children\`, 'utf8').trim());`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  assert.match(stdout, /^\d+$/);
  await gone(Number(stdout));
  // And when it is killed.
  writeFileSync(script, `${readFileSync(script, 'utf8')}\nsetInterval(() => {}, 1000);`);
  const host = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [printed] = (await once(host.stdout, 'data')) as [Buffer];
  host.kill('SIGKILL');
  await gone(Number(printed.toString()));
});

test('it reads the file itself, where that is as it was', async t => {
  const directory = temporaryFolder(t);
  const path = join(directory, 'counter.wasm');
  writeFileSync(path, module);
  const digest = createHash('sha256').update(module).digest('hex');
  const [same, changed] = [temporaryFolder(t), temporaryFolder(t)];
  const job = { ...counterAsync, adapter: 'reactor', cacheDirectory: undefined, bindings: 'fast' } as const;
  // Nothing else gives it the bytes.
  await transpileComponent(request, new Uint8Array(), { ...job, directory: same, source: { path, digest } });
  writeFileSync(path, 'something else');
  await transpileComponent(request, module, { ...job, directory: changed, source: { path, digest } });
  for (const name of readdirSync(same)) assert.deepEqual(readFileSync(join(same, name)), readFileSync(join(changed, name)), name);
});

test('how it ended is known of one that was killed', async () => {
  const started = TranspileProcess.startAhead();
  started.kill();
  assert.deepEqual(await started.ended, { answer: undefined, end: 'was ended by SIGKILL' });
});

/** Starts one ahead; gives its id. */
async function waiting(transpilers: Transpilers): Promise<number> {
  const before = children();
  await transpilers.expect();
  const [pid] = children().filter(each => !before.includes(each));
  assert.ok(pid);
  return pid;
}

const children = (): readonly number[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number);

/** Resolves when there is no such process any more, or it waits for its parent to hear of its end. */
async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(statusOf(pid))) await new Promise(resolve => setTimeout(resolve, 5));
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return 'State: Z';
  }
}
