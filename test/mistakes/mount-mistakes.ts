// Mistakes in the `files` of a component, and with the folder that holds their copies.
import { appWith, soundLines } from './app-files.ts';
import type { Entry, Mistake } from './mistake.ts';

const up = { argv: ['up'], exit: 1 } as const;

const mounting = (line: string, files: Readonly<Record<string, Entry>> = {}): Mistake['files'] =>
  appWith([...soundLines, line], files);

export const mountMistakes: readonly Mistake[] = [
  { ...up, name: 'a folder to mount is not there', files: mounting('files = [{ source = "static", destination = "/" }]') },
  { ...up, name: 'files lead out of the app', files: mounting('files = ["../secrets/*"]') },
  {
    ...up,
    name: 'a link to mount leads out of the app',
    files: mounting('files = ["static/*"]', { 'static/passwd': { kind: 'link', to: '/etc/passwd' } }),
  },
  { ...up, name: 'a pattern for files is not one', files: mounting('files = ["static/**.html"]', { 'static/page.html': '' }) },
  {
    ...up,
    name: 'a destination for files leads up',
    files: mounting('files = [{ source = "page.html", destination = "../page.html" }]', { 'page.html': '' }),
  },
  {
    ...up,
    name: 'a file to mount may not be read',
    asNobody: true,
    files: mounting('files = ["secret.txt"]', { 'secret.txt': { kind: 'file', content: 'x', mode: 0o000 } }),
  },
  {
    ...up,
    name: '--direct-mounts is given and a single file is mounted',
    argv: ['up', '--direct-mounts'],
    files: mounting('files = ["page.html"]', { 'page.html': '' }),
  },
  {
    ...up,
    name: 'there is no place for the copies of files',
    files: mounting('files = ["page.html"]', { 'page.html': '', 'not-a-folder': '' }),
    arrange: ({ app }) => ({ env: { TMPDIR: `${app}/not-a-folder` } }),
  },
];
