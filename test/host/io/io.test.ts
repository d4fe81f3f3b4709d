import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ioError, ioPoll, ioStreams } from '../../../src/host/io/declarations.ts';
import { io } from '../../../src/host/io/io.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { bootHost, StubTrap } from '../harness.ts';
import { broken, FakeInput, FakeOutput, Gate } from './fake-streams.ts';

const boot = async () => {
  const { functions, drop } = await bootHost(io());
  return { poll: functions(ioPoll), streams: functions(ioStreams), error: functions(ioError), drop };
};
const traps = (pattern: RegExp) => (error: unknown) => error instanceof StubTrap && pattern.test(error.message);
const someBytes = Uint8Array.of(1, 2, 3, 4, 5);

test('an error says its message', async () => {
  const { error } = await boot();
  assert.equal(error['[method]error.to-debug-string']({ message: 'boom' }), 'boom');
});

test('poll of nothing traps', async () => {
  const { poll } = await boot();
  assert.throws(() => poll.poll([]), traps(/poll was called with an empty list/));
});

test('a pollable tells whether it is ready, and block waits for it', async () => {
  const { poll } = await boot();
  const gate = new Gate();
  assert.equal(poll['[method]pollable.ready'](gate), false);
  const block = poll['[method]pollable.block'](gate);
  gate.release();
  await block;
  assert.equal(poll['[method]pollable.ready'](gate), true);
  assert.deepEqual(poll.poll([gate]), [0]);
});

test('reads at most as many bytes as asked for, and 64 KiB at most', async () => {
  const { streams } = await boot();
  const input = new FakeInput(someBytes);
  assert.deepEqual(streams['[method]input-stream.read'](input, 2n), ok(Uint8Array.of(1, 2)));
  assert.deepEqual(await streams['[method]input-stream.blocking-read'](input, 2n ** 63n), ok(Uint8Array.of(3, 4, 5)));
  assert.deepEqual(input.asked, [2, 65_536]);
  assert.deepEqual(streams['[method]input-stream.skip'](input, 1n), err({ tag: 'closed' }));
});

test('a blocking read or skip of nothing does not wait', async () => {
  const { streams } = await boot();
  const input = new FakeInput(someBytes);
  input.pollable.open = false;
  assert.deepEqual(await streams['[method]input-stream.blocking-read'](input, 0n), ok(new Uint8Array(0)));
  assert.deepEqual(await streams['[method]input-stream.blocking-skip'](input, 0n), ok(0n));
  assert.equal(input.pollable.waits, 0);
});

test('a blocking skip waits for bytes', async () => {
  const { streams } = await boot();
  const input = new FakeInput(someBytes);
  input.pollable.open = false;
  const skipped = streams['[method]input-stream.blocking-skip'](input, 4n);
  assert.deepEqual(input.asked, []);
  input.pollable.release();
  assert.deepEqual(await skipped, ok(4n));
});

test('check-write gives the permit as a u64', async () => {
  const { streams } = await boot();
  const output = new FakeOutput(5);
  assert.deepEqual(streams['[method]output-stream.check-write'](output), ok(5n));
  output.failure = broken;
  assert.deepEqual(streams['[method]output-stream.check-write'](output), err(broken));
});

test('a write of all that is permitted is done, one byte more traps', async () => {
  const { streams } = await boot();
  assert.deepEqual(streams['[method]output-stream.write'](new FakeOutput(5), someBytes), okay);
  assert.throws(
    () => streams['[method]output-stream.write'](new FakeOutput(4), someBytes),
    traps(/write of 5 bytes where check-write permits 4/),
  );
});

test('zeroes are written within the permit, beyond it they trap before memory is taken', async () => {
  const { streams } = await boot();
  const output = new FakeOutput(3);
  assert.deepEqual(streams['[method]output-stream.write-zeroes'](output, 3n), okay);
  assert.deepEqual([...output.written], [0, 0, 0]);
  assert.throws(
    () => streams['[method]output-stream.write-zeroes'](new FakeOutput(3), 2n ** 64n - 1n),
    traps(/write-zeroes of 18446744073709551615 bytes where check-write permits 3/),
  );
});

test('a failed stream tells its error instead of a trap, however much is written', async () => {
  const { streams } = await boot();
  const output = new FakeOutput(0);
  output.failure = broken;
  assert.deepEqual(streams['[method]output-stream.write'](output, someBytes), err(broken));
  assert.deepEqual(streams['[method]output-stream.write-zeroes'](output, 2n ** 64n - 1n), err(broken));
});

test('the blocking writes take 4096 bytes and trap on more', async () => {
  const { streams } = await boot();
  const write = streams['[method]output-stream.blocking-write-and-flush'];
  const zeroes = streams['[method]output-stream.blocking-write-zeroes-and-flush'];
  assert.deepEqual(await write(new FakeOutput(5000), new Uint8Array(4096)), okay);
  assert.deepEqual(await zeroes(new FakeOutput(5000), 4096n), okay);
  assert.throws(() => write(new FakeOutput(5000), new Uint8Array(4097)), traps(/at most 4096 bytes, not 4097/));
  assert.throws(() => zeroes(new FakeOutput(5000), 4097n), traps(/at most 4096 bytes, not 4097/));
});

test('splice moves bytes between streams, blocking or not', async () => {
  const { streams } = await boot();
  const [input, output] = [new FakeInput(someBytes), new FakeOutput(50)];
  assert.deepEqual(streams['[method]output-stream.splice'](output, input, 2n), ok(2n));
  assert.deepEqual(await streams['[method]output-stream.blocking-splice'](output, input, 9n), ok(3n));
  assert.deepEqual([...output.written], [1, 2, 3, 4, 5]);
});

test('streams give their own pollables', async () => {
  const { streams } = await boot();
  const [input, output] = [new FakeInput(someBytes), new FakeOutput(1)];
  assert.equal(streams['[method]input-stream.subscribe'](input), input.pollable);
  assert.equal(streams['[method]output-stream.subscribe'](output), output.pollable);
});

test('a flush is the stream’s own', async () => {
  const { streams } = await boot();
  const output = new FakeOutput(1);
  assert.deepEqual(streams['[method]output-stream.flush'](output), okay);
  assert.deepEqual(await streams['[method]output-stream.blocking-flush'](output), okay);
  assert.equal(output.flushes, 2);
});

test('what the guest drops is disposed', async () => {
  const { drop } = await boot();
  const [gate, input, output] = [new Gate(), new FakeInput(someBytes), new FakeOutput(1)];
  drop(ioPoll, 'pollable', gate);
  drop(ioStreams, 'input-stream', input);
  drop(ioStreams, 'output-stream', output);
  assert.deepEqual([gate.disposals, input.disposed, output.disposed], [1, true, true]);
});
