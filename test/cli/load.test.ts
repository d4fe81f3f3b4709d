// bin/load.cjs: programs run with the code that V8 made of them in an earlier run, as long as it is of that very file.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';

const loader = join(import.meta.dirname, '../../bin/load.cjs');

interface Program {
  readonly file: string;
  readonly kept: string;
  /** What it printed, and whether its code came from an earlier run. Keeps the code, if it is asked to, after it has run. */
  readonly run: (use?: string) => { readonly printed: string; readonly wasKept: boolean };
  /** Files with code. */
  readonly names: () => readonly string[];
}

function program(t: TestContext, text: string): Program {
  const home = temporaryFolder(t);
  const file = join(home, 'program.cjs');
  writeFileSync(file, text);
  const kept = join(home, '.cache', 'tspin', 'code');
  const names = (): readonly string[] => readdirSync(kept).filter(name => !name.startsWith('v'));
  return {
    file,
    kept,
    names,
    run(use = 'test') {
      const code = `
        const { say } = require(${JSON.stringify(loader)}).load(${JSON.stringify(file)}, ${JSON.stringify(use)});
        const printed = say();
        const keep = globalThis[Symbol.for('tspin.keepCode')];
        keep?.();
        console.log(JSON.stringify({ printed, wasKept: keep === undefined }));`;
      const env = { ...process.env, HOME: home };
      return JSON.parse(execFileSync(process.execPath, ['-e', code], { env, encoding: 'utf8' })) as ReturnType<Program['run']>;
    },
  };
}

const says = (word: string): string => `const path = require('node:path');
exports.say = () => ['${word}', path.basename(__filename), path.basename(__dirname) === path.basename(path.dirname(__filename))].join(' ');`;

test('a program runs, and the next time on the code that was kept of it', t => {
  const { run, names, kept } = program(t, says('one'));
  assert.deepEqual(run(), { printed: 'one program.cjs true', wasKept: false });
  assert.deepEqual(run(), { printed: 'one program.cjs true', wasKept: true });
  assert.equal(names().length, 1);
  assert.equal(statSync(join(kept, names()[0]!)).mode & 0o777, 0o600);
});

test('code of a file that has changed is not used, also when the file is as long and as old as before', t => {
  const { file, run } = program(t, says('one'));
  run();
  const { atime, mtime } = statSync(file);
  writeFileSync(file, says('two'));
  utimesSync(file, atime, mtime);
  assert.deepEqual(run(), { printed: 'two program.cjs true', wasKept: false });
  assert.deepEqual(run(), { printed: 'two program.cjs true', wasKept: true });
});

test('each use of a program has code of its own', t => {
  const { run, names } = program(t, says('one'));
  run('up');
  assert.equal(run('build').wasKept, false);
  assert.equal(names().length, 2);
});

test('what was kept a month ago is removed when something is kept', t => {
  const { kept, names, run } = program(t, says('one'));
  run('up');
  const [first] = names();
  const old = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
  utimesSync(join(kept, first!), old, old);
  run('build');
  assert.deepEqual(
    names().map(name => name.split('-')[0]),
    ['build'],
  );
});

test('code into which others can write, or that is cut off, is not used', t => {
  const { kept, names, run } = program(t, says('one'));
  run();
  const path = join(kept, names()[0]!);
  chmodSync(path, 0o622);
  assert.equal(run().wasKept, false);
  assert.equal(run().wasKept, true);
  writeFileSync(path, readFileSync(path).subarray(0, -100));
  assert.deepEqual(run(), { printed: 'one program.cjs true', wasKept: false });
  writeFileSync(path, '');
  assert.deepEqual(run(), { printed: 'one program.cjs true', wasKept: false });
});

test('code that is damaged anywhere is not used: it would end the process without a word', t => {
  const { kept, names, run } = program(t, says('one'));
  run();
  const path = join(kept, names()[0]!);
  const whole = readFileSync(path);
  for (const place of [300, Math.floor(whole.length / 2), whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[place]! ^= 0xff;
    writeFileSync(path, damaged);
    assert.deepEqual(run(), { printed: 'one program.cjs true', wasKept: false }, `at ${place}`);
    assert.equal(run().wasKept, true);
  }
});

test('where nothing can be kept the program runs all the same', t => {
  const { kept, run } = program(t, says('one'));
  writeFileSync(join(kept, '..', '..', '..', '.cache'), 'a file where the folder would be');
  assert.deepEqual(run(), { printed: 'one program.cjs true', wasKept: false });
  assert.deepEqual(run(), { printed: 'one program.cjs true', wasKept: false });
});
