// Runs a case as a user would: a process of its own, without a terminal, whose home and temporary folders are watched.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { componentCache } from '../apps/guests.ts';
import { assertGolden } from '../golden.ts';
import { repository, slugOf, type Arranged, type Mistake, type Place } from './mistake.ts';
import { describePlace, isRoot, layPlace, nobody } from './place.ts';

/** A mistake is told within a second or two; SQLite's wait for a lock takes 5 s. */
const deadlineMs = 20_000;

/** What the process printed and its exit code are the golden file; nothing may be left of it. */
export async function runMistake(t: TestContext, mistake: Mistake): Promise<void> {
  const place = layPlace(t, mistake);
  const arranged = (await mistake.arrange?.(place, t)) ?? {};
  const before = describePlace(place, mistake);
  const { stdout, stderr, code } = await runTspin(place, mistake, arranged);
  const said = [`$ tspin ${shownWords(mistake)}\n`, stdout, stderr, `[exit code ${String(code)}]\n`].join('');
  assert.equal(code, mistake.exit, said);
  assertGolden(`mistakes/${slugOf(mistake.name)}.txt`, neutral(said, place, arranged.hidden));
  assert.equal(describePlace(place, mistake), before, 'something is left behind');
  assert.deepEqual(processesOf(place), [], 'a process is left behind');
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

async function runTspin(place: Place, mistake: Mistake, arranged: Arranged): Promise<Ended> {
  const tspin = arranged.wrapper ?? [process.execPath, join(repository, 'bin/tspin.js')];
  const words = [...tspin, ...(arranged.argv ?? mistake.argv)];
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: place.app,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    env: {
      PATH: process.env['PATH'],
      // The default port may be anybody's.
      SPIN_HTTP_LISTEN_ADDR: '127.0.0.1:0',
      HOME: place.home,
      XDG_CACHE_HOME: join(place.home, '.cache'),
      TMPDIR: place.temporary,
      LC_ALL: 'C',
      ...(mistake.soundComponent && { TSPIN_CACHE_DIR: componentCache }),
      ...mistake.env,
      ...arranged.env,
    },
    ...(mistake.asNobody && isRoot && { uid: nobody, gid: nobody }),
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (printed.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...printed, code };
}

const shownWords = ({ argv }: Mistake): string => argv.map(word => (/^[\w./:=@-]+$/.test(word) ? word : `'${word}'`)).join(' ');

/** Without what differs from one run or machine to the next. */
function neutral(text: string, place: Place, hidden: string = repository): string {
  return (
    text
      .replaceAll(place.app, '<app>')
      .replaceAll(place.home, '<home>')
      .replaceAll(place.temporary, '<tmp>')
      .replaceAll(hidden, '<tspin>')
      .replaceAll(/(127\.0\.0\.1:)(?!3000\b)[1-9]\d{3,4}\b/g, '$1<port>')
      .replaceAll(/\bv\d+\.\d+\.\d+\b/g, '<version>')
      .replaceAll(`${process.platform} ${process.arch}`, '<platform>')
      // Said of a start that takes more than a moment: it depends on the machine's load.
      .replace('Preparing Wasm modules is taking a few seconds...\n', '')
      // The shell's own words differ from shell to shell.
      .replace(/^\S+: (?:line )?\d*:? ?\S+: (?:command )?not found\n/m, '<the shell does not find it>\n')
  );
}

/** Processes whose HOME is the place's: those that tspin started and did not end. Linux only. */
function processesOf({ home }: Place): readonly string[] {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter(name => /^\d+$/.test(name)) : [];
  return pids.filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
    } catch {
      // Ended meanwhile, or another user's.
      return false;
    }
  });
}
