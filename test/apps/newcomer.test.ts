// A newcomer's first quarter of an hour in a real terminal of 80 columns, without colour: new, build, watch, edit, break, fix, Ctrl-C.
// The transcript is test/golden/newcomer.txt. `cargo` is a script that copies a guest, or fails as rustc does: the toolchain would
// take minutes. Skipped, and said so, where there is no tmux.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertGolden } from '../golden.ts';
import { componentCache, repository } from './guests.ts';
import { writeTextGuest } from './text-guest.ts';

/** Everything is slow on a machine that does much else. */
const waitMs = 60_000;

const cargo = `#!/bin/sh
mkdir -p target/wasm32-wasip2/release
if grep -q 'Ok(Respon' src/lib.rs && grep -q 'build())' src/lib.rs; then
  if grep -q 'Hello again' src/lib.rs; then version=again; else version=first; fi
  cp "$GUESTS/$version.wasm" target/wasm32-wasip2/release/hello.wasm
else
  cat >&2 <<'END'
error: expected one of \`.\`, \`;\`, \`?\`, \`}\`, or an operator, found \`)\`
  --> src/lib.rs:12:17
END
  exit 101
fi
`;

const hasTmux = (): boolean => {
  try {
    execFileSync('tmux', ['-V']);
    return true;
  } catch {
    return false;
  }
};

/** A port that was free a moment ago: the transcript's next lines need one that is known. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

class Terminal {
  readonly #folder: string;

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    // Not by tmux's own -e: its shell reads files of the system that change the variables again.
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const shell = ['env', '-i', ...variables, 'bash', '--norc', '--noprofile'];
    this.#tmux('new-session', '-d', '-x', '80', '-y', '200', '-c', folder, ...shell);
  }

  /** Types a line when the shell asks for one. */
  async type(text: string): Promise<void> {
    await this.shows(/^.*\$ ?\n*(?![^])/);
    this.#tmux('send-keys', '-l', text);
    this.#tmux('send-keys', 'Enter');
  }

  interrupt(): void {
    this.#tmux('send-keys', 'C-c');
  }

  /** The screen, when it matches so many times. */
  async shows(pattern: RegExp, times = 1): Promise<string> {
    const end = performance.now() + waitMs;
    for (;;) {
      const screen = this.#tmux('capture-pane', '-p');
      if ([...screen.matchAll(new RegExp(pattern, 'gm'))].length >= times) return screen;
      if (performance.now() > end) throw new Error(`the terminal does not show ${pattern}:\n${screen}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  close(): void {
    this.#tmux('kill-server');
  }

  #tmux(...words: readonly string[]): string {
    const socket = ['-S', join(this.#folder, '..', 'tmux'), '-f', '/dev/null'];
    return execFileSync('tmux', [...socket, ...words], { encoding: 'utf8', env: { ...process.env, TERM: 'xterm', TMUX: '' } });
  }
}

function arrange(): { home: string; work: string; env: Record<string, string> } {
  const home = mkdtempSync(join(tmpdir(), 'newcomer-'));
  const [bin, work] = [join(home, 'bin'), join(home, 'work')];
  for (const folder of [bin, work]) mkdirSync(folder);
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  script('cargo', cargo);
  script('tspin', `#!/bin/sh\nexec ${process.execPath} ${join(repository, 'bin/tspin.js')} "$@"\n`);
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    GUESTS: home,
    NO_COLOR: '1',
    PS1: '$ ',
    TERM: 'screen',
    TSPIN_CACHE_DIR: componentCache,
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  return { home, work, env };
}

test('new, build, watch, edit, break, fix, Ctrl-C', { skip: hasTmux() ? false : 'there is no tmux' }, async t => {
  const { home, work, env } = arrange();
  await writeTextGuest(join(home, 'first.wasm'), 'Hello from Rust\n');
  await writeTextGuest(join(home, 'again.wasm'), 'Hello again\n');
  const port = await freePort();
  const terminal = new Terminal(work, env);
  t.after(() => {
    terminal.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  const source = join(work, 'hello/src/lib.rs');
  const edit = (from: string, to: string): void => writeFileSync(source, readFileSync(source, 'utf8').replace(from, to));

  await terminal.type('tspin new -t http-rust hello -a && cd hello');
  await terminal.shows(/Next: cd hello/);
  await terminal.type('tspin build');
  await terminal.shows(/^Finished building/);
  await terminal.type(`tspin watch --listen 127.0.0.1:${port}`);
  await terminal.shows(/^Watching for changes/);
  await (await fetch(`http://127.0.0.1:${port}/hi`)).text();
  await terminal.shows(/GET \/hi 200/);
  edit('Hello from Rust', 'Hello again');
  await terminal.shows(/^Reloaded:/);
  await (await fetch(`http://127.0.0.1:${port}/hi`)).text();
  await terminal.shows(/GET \/hi 200/, 2);
  edit('.build())', '.build()');
  await terminal.shows(/The last good version goes on serving/);
  edit('.build()', '.build())');
  await terminal.shows(/^(?:Reloaded|Unchanged):/, 2);
  await (await fetch(`http://127.0.0.1:${port}/t`)).text();
  await terminal.shows(/GET \/t 500/);
  terminal.interrupt();
  await terminal.type('echo "exit code $?"');
  const transcript = await terminal.shows(/^exit code \d+\n\$/);
  assertGolden('newcomer.txt', normalised(transcript, { home, port }));
});

const normalised = (text: string, { home, port }: { home: string; port: number }): string =>
  `${text.trimEnd()}\n`
    .replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')
    .replaceAll(/\d[\d.]* m?s\b/g, 'N ms')
    .replaceAll(String(port), 'PORT')
    // A long path is broken over lines.
    .replaceAll(
      new RegExp(
        home
          .split('')
          .map(letter => letter.replaceAll(/[.\\/-]/g, '\\$&'))
          .join('\\n?'),
        'g',
      ),
      '~',
    )
    .replaceAll(/wasm-function\[\d+\]:0x[0-9a-f]+/g, 'wasm-function[N]:0xN');
