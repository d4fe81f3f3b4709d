// Single requests: for what must hold before a load is measured.
import assert from 'node:assert/strict';

import type { Workload } from './workloads.ts';

const seededValue = 'hello';

/** Writes what the workload reads, and checks one answer of each kind: a load of wrong answers would measure nothing. */
export async function prepareState(url: string, { load, seed }: Workload): Promise<void> {
  if (seed !== undefined) await post(url, seed, seededValue);
  if (load.kind === 'echo') {
    const body = 'x'.repeat(load.bodyBytes ?? 0);
    const echoed = await fetch(`${url}${load.path}`, { method: 'POST', body });
    assert.equal(await echoed.text(), body, `POST ${load.path} answers with its body`);
    return;
  }
  const answer = await fetch(`${url}${load.path}`);
  assert.equal(answer.status, 200, `GET ${load.path}`);
  assert.equal(await answer.text(), seededValue, `GET ${load.path}`);
}

/** Checks that writes are kept; the ceiling keeps none. */
export async function checkWrites(url: string): Promise<void> {
  const value = `kept ${Date.now()}`;
  await post(url, '/kept', value);
  assert.equal(await (await fetch(`${url}/kept`)).text(), value, 'GET of what was POSTed');
}

async function post(url: string, path: string, body: string): Promise<void> {
  const answer = await fetch(`${url}${path}`, { method: 'POST', body });
  assert.equal(answer.status, 200, `POST ${path}`);
  await answer.arrayBuffer();
}
