// The sessions in documents: fenced blocks marked `sh session`, with commands behind `$ ` and the expected output below each.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface SessionStep {
  /** `curl ...`, its continued lines joined by newlines as written. */
  readonly command: string;
  /** What it prints, without the newline at the end. */
  readonly expected: string;
  /** The line of the document, from 1. */
  readonly line: number;
}

const fence = /^```sh session$/;
const prompt = '$ ';

/** All steps of a document. Throws for a session that is not closed, or has output before the first command. */
export function parseSession(markdown: string): readonly SessionStep[] {
  const steps: { command: string; output: string[]; line: number }[] = [];
  let within: 'text' | 'session' | 'command' | 'output' = 'text';
  for (const [index, text] of markdown.split('\n').entries()) {
    if (within === 'text') {
      if (fence.test(text)) within = 'session';
      continue;
    }
    const last = steps.at(-1);
    if (within === 'command' && last) last.command += `\n${text}`;
    else if (text === '```') {
      within = 'text';
      continue;
    } else if (text.startsWith(prompt)) steps.push({ command: text.slice(prompt.length), output: [], line: index + 1 });
    else if (within === 'output' && last) last.output.push(text);
    else throw new Error(`line ${index + 1}: output before the first command of the session: ${text}`);
    within = steps.at(-1)?.command.endsWith('\\') && (within === 'command' || text.startsWith(prompt)) ? 'command' : 'output';
  }
  if (within !== 'text') throw new Error('the session is not closed');
  return steps.map(({ command, output, line }) => ({ command, expected: output.join('\n').trimEnd(), line }));
}

/** The address that documents name. */
const documented = /http:\/\/(127\.0\.0\.1|localhost):3000/g;

/** Runs a step against the app at `url` and gives what it printed, without the newline at the end. Only curl is run. */
export async function runStep({ command, line }: SessionStep, url: string): Promise<string> {
  if (!command.startsWith('curl ')) throw new Error(`line ${line}: the session may run curl only, not: ${command}`);
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replaceAll(documented, url)]);
  return stdout.trimEnd();
}
