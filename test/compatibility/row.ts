// One line of docs/compatibility.md: something that Spin has, and what tspin does with it.
import { TspinError } from '../../src/errors.ts';

export interface Row {
  readonly subject: string;
  readonly status: 'served' | 'differs' | 'refused';
  /** The message of a refusal; for `differs` the reason, in Markdown. */
  readonly note: string;
}

/** What is said when it is refused; undefined when it is not. */
export function refusal(attempt: () => void): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

export function messageOf(error: unknown): string {
  if (error instanceof TspinError) return `${error.message} (\`${error.code}\`)`;
  throw error;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function table(title: string, rows: readonly Row[]): string[] {
  return [
    `## ${title}`,
    '',
    '| Spin has | tspin | |',
    '| --- | --- | --- |',
    ...rows.map(({ subject, status, note }) => `| \`${cell(subject)}\` | ${status} | ${cell(note)} |`),
    '',
  ];
}
