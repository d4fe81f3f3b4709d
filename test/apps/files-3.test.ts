// Guests that read and write files by wasi:filesystem 0.3, in every way in which a request reaches one.
import assert from 'node:assert/strict';
import { wasi3Wasm } from './guests.ts';
import { testEveryWay, type MatrixOptions } from './matrix.ts';

const long = Array.from({ length: 30_000 }, (_, index) => `line ${index}\n`).join('');
const large = 'x'.repeat(3_000_000);
const files = {
  'assets/hello.txt': 'hello world',
  'assets/long.txt': long,
  'assets/large.bin': large,
  'assets/dir/inner.txt': '',
};
const lines = ['files = [{ source = "assets", destination = "/" }]'];
const app = { source: wasi3Wasm, component: 'wasi3', files, lines };
const options: MatrixOptions = { app };

testEveryWay(
  "a file's stream is a response, or let go early",
  async ({ send, idle, printed }) => {
    assert.equal(await (await send('/send/long.txt')).text(), long);
    assert.equal(await (await send('/send/hello.txt')).text(), 'hello world');
    assert.equal(await (await send('/early/long.txt')).text(), 'line 0\nlin Ok(())');
    await idle();
    assert.equal(printed('stdout'), 'sent: Ok(())\n'.repeat(2));
  },
  options,
);

testEveryWay(
  'a file is sent to its end when its guest has ended long before',
  async ({ send, warnings, idle }) => {
    const bytes = new Uint8Array(await (await send('/give/large.bin')).arrayBuffer());
    assert.equal(bytes.length, large.length);
    await idle();
    assert.deepEqual(warnings, []);
  },
  options,
);

testEveryWay(
  'directories are listed, and files looked at, many at once',
  async ({ send }) => {
    assert.equal(
      await (await send('/list/')).text(),
      'dir DescriptorType::Directory\nhello.txt DescriptorType::RegularFile\nlarge.bin DescriptorType::RegularFile\nlong.txt DescriptorType::RegularFile',
    );
    assert.match(await (await send('/stat/hello.txt')).text(), /^DescriptorType::RegularFile 11 Some\(\d{10}\)$/);
    assert.equal(await (await send('/many/hello.txt')).text(), '1100');
  },
  options,
);

testEveryWay(
  'what goes wrong has its error code',
  async ({ send }) => {
    for (const [path, code] of [
      ['/send/missing', 'NoEntry'],
      ['/send/hello.txt/x', 'NotDirectory'],
      ['/list/hello.txt', 'NotDirectory'],
      ['/write/new.txt', 'ReadOnly'],
      ['/append/hello.txt', 'ReadOnly'],
    ] as const) {
      const response = await send(path, { method: 'POST', body: 'x' });
      assert.equal(await response.text(), `ErrorCode::${code}`, path);
    }
  },
  options,
);

testEveryWay(
  "a request's stream goes into a file, and a guest's own is appended",
  async ({ send }) => {
    const body = long.repeat(3);
    const written = async (): Promise<string> => (await send('/send/new.txt')).text();
    assert.equal(await (await send('/write/new.txt', { method: 'POST', body })).text(), 'Ok(())');
    assert.equal(await written(), body);
    assert.equal(await (await send('/append/new.txt', { method: 'POST', body: long })).text(), 'Ok(()), 0 bytes left');
    assert.equal(await written(), body + long);
    assert.equal(await (await send('/write/new.txt', { method: 'POST', body: '' })).text(), 'Ok(())');
    assert.equal(await written(), '');
  },
  { app, allowTransientWrite: true },
);
