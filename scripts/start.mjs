// npm start: serves the key-value tutorial and says how to try it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const url = 'http://127.0.0.1:3000';
const launcher = fileURLToPath(new URL('../bin/tspin.js', import.meta.url));
const app = fileURLToPath(new URL('../examples/kv-rust', import.meta.url));

const child = spawn(process.execPath, [launcher, 'up', '-f', app, '--listen', '127.0.0.1:3000'], {
  stdio: ['inherit', 'pipe', 'inherit'],
});
let seen = '';
child.stdout.on('data', chunk => {
  process.stdout.write(chunk);
  const hadAll = seen.includes('Available Routes:');
  seen += chunk;
  if (hadAll || !seen.includes('Available Routes:')) return;
  process.stdout.write(`
Try it from another terminal (Ctrl-C here stops the app):

  curl -i -X POST --data 'Hello' ${url}/greeting   # stores the body under the path
  curl -i ${url}/greeting                          # 200 and the value
  curl -I ${url}/greeting                          # 200, or 404 when there is none
  curl -i -X DELETE ${url}/greeting                # removes it
  curl -i ${url}/greeting                          # 404
`);
});
// npm passes a SIGTERM to its shell alone, which dies of it: the shell's end is the sign to stop.
const shell = process.ppid;
setInterval(() => {
  if (process.ppid !== shell) child.kill('SIGTERM');
}, 500).unref();
// Ctrl-C reaches the app from the terminal; this process only waits for its end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
