'use strict';
// Loads a program of dist/ with the code that V8 made of it in an earlier run. Node's own compile cache keeps what is compiled before
// anything has run; here the functions that were used are kept as well, and compiling those is a third of a start.
const {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} = require('node:fs');
const { createRequire, enableCompileCache } = require('node:module');
const { dirname, join } = require('node:path');
const vm = require('node:vm');

/** By this name a program asks for its code to be kept, when it has run what later runs will need. */
const keep = Symbol.for('tspin.keepCode');

const opening = '(function (exports, require, module, __filename, __dirname) {';

/** Gives what the file exports. `use`: what it is loaded for; other uses run other functions. */
exports.load = (file, use) => {
  const { source, mark } = readMarked(file);
  const kept = `${folder()}/${use}-${hash(`${process.version} ${process.arch} ${file}`)}`;
  const cachedData = readKept(kept, mark);
  const script = new vm.Script(`${opening}${source}\n})`, {
    filename: file,
    columnOffset: -opening.length,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const isKept = cachedData !== undefined && !script.cachedDataRejected;
  globalThis[keep] = isKept ? undefined : () => writeKept(kept, mark, script.createCachedData());
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  // For what is loaded besides, sooner or later.
  setImmediate(() => enableCompileCache(folder()));
  return module.exports;
};

const folder = () => join(process.env.HOME || require('node:os').homedir(), '.cache', 'tspin', 'code');

/** The file's text, and what the file system says of it. V8 itself compares no more than the length. */
function readMarked(file) {
  const opened = openSync(file, 'r');
  try {
    const { ino, size, mtimeMs, ctimeMs } = fstatSync(opened);
    return { source: readFileSync(opened, 'latin1'), mark: `${ino} ${size} ${mtimeMs} ${ctimeMs}` };
  } finally {
    closeSync(opened);
  }
}

const headBytes = 256;

/** Undefined when there is nothing, or it is of another file. */
function readKept(path, mark) {
  let opened;
  try {
    opened = openSync(path, 'r');
    const { size, uid, mode } = fstatSync(opened);
    // It is code: of this user alone.
    if ((process.getuid && uid !== process.getuid()) || (mode & 0o022) !== 0) return undefined;
    const bytes = Buffer.allocUnsafeSlow(size);
    if (readSync(opened, bytes) !== size) return undefined;
    if (bytes.latin1Slice(0, headBytes).trimEnd() !== head(mark, size)) return undefined;
    // It is there twice. V8 looks at no part of what it is given, and damaged code ends the process without a word; to compare takes
    // a tenth of the time of a checksum.
    const middle = (size + headBytes) / 2;
    return bytes.compare(bytes, middle, size, headBytes, middle) === 0 ? bytes.subarray(headBytes, middle) : undefined;
  } catch {
    return undefined;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

const head = (mark, size) => `${mark} ${size}`;

/** Appears whole or not at all. What cannot be written is compiled again. */
function writeKept(path, mark, data) {
  globalThis[keep] = undefined;
  const making = `${path}.${process.pid}-${require('node:worker_threads').threadId}`;
  let opened;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    opened = openSync(making, 'wx', 0o600);
    const written = [Buffer.from(head(mark, headBytes + 2 * data.length).padEnd(headBytes), 'latin1'), data, data];
    for (const bytes of written) {
      for (let start = 0; start < bytes.length;) start += writeSync(opened, bytes, start);
    }
    fsyncSync(opened);
    renameSync(making, path);
    removeOld(dirname(path));
  } catch {
    if (opened !== undefined) rmSync(making, { force: true });
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/** Of programs that are gone, or that another Node runs now. What is still used is compiled once more. */
const keptMaxMs = 30 * 24 * 60 * 60 * 1000;

function removeOld(directory) {
  for (const name of readdirSync(directory).filter(name => /-[0-9a-f]{16}(\.|$)/.test(name))) {
    const path = join(directory, name);
    if (Date.now() - statSync(path).mtimeMs > keptMaxMs) rmSync(path, { force: true });
  }
}

/** For names of files: FNV-1a in two halves. */
function hash(text) {
  let [low, high] = [0x811c9dc5, 0x9747b28c];
  for (let index = 0; index < text.length; index += 1) {
    low = Math.imul(low ^ text.charCodeAt(index), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(index), 0x01000193) ^ (low >>> 13);
  }
  return [low, high].map(word => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
