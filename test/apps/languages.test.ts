// Guests in other languages than Rust: what a request leaves behind in their runtimes, the next one does not find.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { InstanceOptions } from '../../src/runtime/instance-options.ts';
import { kvPythonWasm, repository } from './guests.ts';
import { serveApp } from './served-app.ts';

interface Case {
  readonly source: () => string;
  readonly instances: Partial<InstanceOptions>;
  /** How tspin binds it, by `tspin up --verbose`. */
  readonly bound: RegExp;
}

const checkedIn = (name: string) => (): string => join(repository, `test/guests/${name}/${name}.wasm`);

const cases: Readonly<Record<string, Case>> = {
  C: { source: checkedIn('kv-c'), instances: {}, bound: /fast bindings, instances are put back/ },
  'C, plain bindings': { source: checkedIn('kv-c'), instances: { bindings: 'plain' }, bound: /plain bindings/ },
  Go: { source: checkedIn('kv-go'), instances: {}, bound: /fresh instances \(it asks for the time and random numbers/ },
  'Go, recycled': {
    source: checkedIn('kv-go'),
    instances: { recycleSeeded: ['guest'] },
    bound: /fast bindings, instances are put back/,
  },
  'Go, plain bindings': { source: checkedIn('kv-go'), instances: { bindings: 'plain' }, bound: /plain bindings/ },
  Python: { source: kvPythonWasm, instances: {}, bound: /fast bindings, instances are put back/ },
};

for (const [language, { source, instances, bound }] of Object.entries(cases)) {
  test(`a request finds nothing of another in the globals and the heap of ${language}`, async t => {
    const app = await serveApp(t, { source: source(), component: 'guest' }, { instances });
    assert.match(app.loaded.bindings.join(), bound);
    const paths = Array.from({ length: 30 }, (_, index) => `/${language.replaceAll(/\W/g, '')}/${index}`);
    const seen = await Promise.all(paths.map(async path => (await fetch(`${app.url}${path}?seen`)).text()));
    assert.deepEqual(seen, paths);
    for (const path of paths.slice(0, 5)) assert.equal(await (await fetch(`${app.url}${path}?seen`)).text(), path);
  });
}
