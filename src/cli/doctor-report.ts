// What `tspin doctor` found, as lines of at most 80 columns.
import type { Examination } from '../dev/doctor/doctor.ts';
import { wrap } from './help.ts';
import type { Style } from './terminal.ts';

const columns = 80;
const indent = '   ';

export function doctorReport(
  { findings, skipped }: Examination,
  style: (styles: readonly Style[], text: string) => string,
): readonly string[] {
  const lines = findings.flatMap(({ diagnosis, message, at, help, fix }, index) => {
    const [first = '', ...rest] = wrap(`${index + 1}. ${message} [${diagnosis}]`, columns - indent.length);
    return [
      style(['bold'], first),
      ...rest.map(line => style(['bold'], indent + line)),
      ...(at ? [`${indent}--> ${at.file}:${at.line}:${at.column}`] : []),
      ...help.flatMap(text => labelled('help: ', text)),
      ...(fix ? labelled('--fix: ', fix.about) : []),
      '',
    ];
  });
  const notExamined = skipped.flatMap(({ diagnosis, reason }) => wrap(`Not examined: ${diagnosis} (${reason})`, columns));
  const count = findings.length;
  const curable = findings.filter(({ fix }) => fix).length;
  const end = curable === 0 ? '.' : curable === count ? '; --fix cures them.' : `; --fix cures ${curable} of them.`;
  const sum =
    count === 0
      ? style(['bold', 'green'], 'Nothing wrong was found.')
      : `${count === 1 ? 'One finding' : `${count} findings`}${count === 1 && curable === 1 ? '; --fix cures it.' : end}`;
  return [...lines, ...notExamined, sum];
}

function labelled(label: string, text: string): readonly string[] {
  const room = columns - indent.length - label.length;
  return wrap(text, room).map((line, index) => indent + (index === 0 ? label : ' '.repeat(label.length)) + line);
}
