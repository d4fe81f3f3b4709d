import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { streamChunkBytesMax } from '../../../src/host/io/stream.ts';
import {
  blockingFlush,
  blockingSplice,
  chunkLength,
  skip,
  splice,
  whenReady,
  writeAndFlush,
} from '../../../src/host/io/transfer.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { broken, FakeInput, FakeOutput } from './fake-streams.ts';

const someBytes = Uint8Array.of(1, 2, 3, 4, 5);

test('one call moves at most 64 KiB, whatever the guest asks for', () => {
  assert.equal(chunkLength(0n), 0);
  assert.equal(chunkLength(BigInt(streamChunkBytesMax)), streamChunkBytesMax);
  assert.equal(chunkLength(BigInt(streamChunkBytesMax) + 1n), streamChunkBytesMax);
  assert.equal(chunkLength(2n ** 64n - 1n), streamChunkBytesMax);
});

test('skip tells how many bytes it passed over, and the end', () => {
  const input = new FakeInput(someBytes);
  assert.deepEqual(skip(input, 3n), ok(3n));
  assert.deepEqual(skip(input, 3n), ok(2n));
  assert.deepEqual(skip(input, 3n), err({ tag: 'closed' }));
});

test('a ready stream is answered without a promise, another when it becomes ready', async () => {
  const input = new FakeInput(someBytes);
  assert.equal(
    whenReady(input, () => 'now'),
    'now',
  );
  input.pollable.open = false;
  const later = whenReady(input, () => 'later');
  assert(later instanceof Promise);
  input.pollable.release();
  assert.equal(await later, 'later');
});

test('splice moves no more than the sink takes and leaves the rest in the source', () => {
  const [input, output] = [new FakeInput(someBytes), new FakeOutput(2)];
  assert.deepEqual(splice(output, input, 5n), ok(2n));
  assert.deepEqual([...output.written], [1, 2]);
  assert.deepEqual(input.read(5), ok(Uint8Array.of(3, 4, 5)));
});

test('splice does not read what a full sink would lose', () => {
  const input = new FakeInput(someBytes);
  assert.deepEqual(splice(new FakeOutput(0), input, 5n), ok(0n));
  assert.deepEqual(input.asked, []);
});

test('splice tells the error of the side that failed', () => {
  const output = new FakeOutput(5);
  assert.deepEqual(splice(output, new FakeInput(new Uint8Array(0)), 5n), err({ tag: 'closed' }));
  output.failure = broken;
  assert.deepEqual(splice(output, new FakeInput(someBytes), 5n), err(broken));
});

test('a blocking splice waits for the sink and then for the source', async () => {
  const [input, output] = [new FakeInput(someBytes), new FakeOutput(5)];
  input.pollable.open = false;
  output.pollable.open = false;
  const spliced = blockingSplice(output, input, 9n);
  output.pollable.release();
  input.pollable.release();
  assert.deepEqual(await spliced, ok(5n));
});

test('a blocking splice of nothing does not wait', async () => {
  const output = new FakeOutput(5);
  output.pollable.open = false;
  assert.deepEqual(await blockingSplice(output, new FakeInput(someBytes), 0n), ok(0n));
});

test('writes every byte in order, whatever room the sink makes each time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 20 }),
      async (bytes, first, each) => {
        const output = new FakeOutput(first);
        output.pollable.open = first > 0;
        output.pollable.wait = () => {
          output.makeRoom(each);
          return Promise.resolve();
        };
        assert.deepEqual(await writeAndFlush(output, bytes), okay);
        assert.deepEqual(output.written, Buffer.from(bytes));
        assert.equal(output.flushes, 1);
      },
    ),
  );
});

test('a sink that fails while it is written to ends the writing, without a flush', async () => {
  const output = new FakeOutput(2);
  output.pollable.wait = () => {
    output.failure = broken;
    output.pollable.open = true;
    return Promise.resolve();
  };
  assert.deepEqual(await writeAndFlush(output, someBytes), err(broken));
  assert.deepEqual([...output.written], [1, 2]);
  assert.equal(output.flushes, 0);
});

test('a flush waits until it is done and tells a failure that came meanwhile', async () => {
  const output = new FakeOutput(1);
  output.flush = () => {
    output.pollable.open = false;
    return okay;
  };
  const flushed = blockingFlush(output);
  output.failure = broken;
  output.pollable.release();
  assert.deepEqual(await flushed, err(broken));
});

test('a flush that cannot begin tells its error at once', async () => {
  const output = new FakeOutput(1);
  output.flushFailure = broken;
  output.pollable.open = false;
  assert.deepEqual(await blockingFlush(output), err(broken));
});
