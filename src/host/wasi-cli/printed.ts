// What a guest of WASI 0.3 prints: a stream that is read for as long as it lasts.
import { FutureValue } from '../../wit/future-value.ts';
import type { StreamReader } from '../../wit/stream.ts';
import { okay } from '../../wit/types.ts';
import type { OutputStream } from '../io/stream.ts';
import { printBytesMax } from './stdio.ts';

/** Resolves when the guest has closed the stream. */
export function printed(data: StreamReader<Uint8Array>, output: OutputStream): FutureValue<typeof okay> {
  const end = new FutureValue<typeof okay>();
  const step = (): void => {
    for (let bytes = data.read(printBytesMax); bytes; bytes = data.read(printBytesMax)) output.write(bytes);
    if (data.ended) end.resolve(okay);
    else data.whenReady(step);
  };
  step();
  return end;
}
