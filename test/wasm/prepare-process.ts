// A process that prepares one component and says what it got. Arguments: the file, the cache. Reports progress line by line.
import { prepareComponent } from '../../src/wasm/prepare.ts';
import { counterAsync } from './fixtures.ts';

const [path = '', cacheDirectory = ''] = process.argv.slice(2);
const prepared = await prepareComponent(
  { componentId: 'counter', path, at: undefined },
  { ...counterAsync, cacheDirectory, onProgress: event => process.stdout.write(`${event.kind}\n`) },
);
process.stdout.write(`${JSON.stringify(prepared)}\n`);
