// Runs the unit tests in two processes side by side, so that both cores of a small machine work. The second one's output is
// held until the first is done. Each process runs its files without isolation: starting one per file takes longer.
import { spawn } from 'node:child_process';

const halves = [
  ['test/{util,manifest,app,runtime,host,trigger,workers}/**/*.test.ts', 'test/*.unit.test.ts'],
  ['test/{wit,wasm,telemetry,dev,cli}/**/*.test.ts'],
];

async function run(patterns) {
  const child = spawn(process.execPath, ['--test', '--test-isolation=none', ...patterns], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = [];
  child.stdout.on('data', piece => output.push(piece));
  const code = await new Promise(resolve => child.on('close', resolve));
  return { code, output: Buffer.concat(output) };
}

for (const running of halves.map(run)) {
  const { code, output } = await running;
  process.stdout.write(output);
  if (code !== 0) process.exitCode = 1;
}
