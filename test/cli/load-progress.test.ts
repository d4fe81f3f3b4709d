// What the terminal shows of downloads, which may take long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showLoadProgress } from '../../src/cli/load-progress.ts';
import { recordContext } from './context.ts';

const downloading = { kind: 'downloading', component: 'cart', url: 'https://example.com/cart.wasm' } as const;

test('a slow download is a line where nobody watches', () => {
  const { terminal, printed } = recordContext();
  using progress = showLoadProgress(terminal);
  progress.onEvent(downloading);
  progress.onEvent({ kind: 'downloaded', component: 'cart' });
  assert.deepEqual(printed, { stdout: '', stderr: 'Downloading cart from https://example.com/cart.wasm...\n' });
});

test('a slow download is shown on a terminal as long as it lasts', () => {
  const { terminal, printed } = recordContext({ isTTY: true });
  using progress = showLoadProgress(terminal);
  progress.onEvent(downloading);
  assert.match(printed.stderr, /Downloading cart\.\.\./);
  assert.doesNotMatch(printed.stderr, /\n/);
});
