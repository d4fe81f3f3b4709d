// Who makes the app: what git knows of the user, as Spin asks it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Author {
  /** `Name <address>`, or as much of it as is known. */
  readonly author: string;
  readonly username: string;
}

/** Never fails: without git, or without a name in its configuration, both are empty. */
export async function readAuthor(cwd: string): Promise<Author> {
  const [name, email] = await Promise.all([gitConfig('user.name', cwd), gitConfig('user.email', cwd)]);
  return { author: email === '' ? name : `${name} <${email}>`.trimStart(), username: name };
}

async function gitConfig(key: string, cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['config', '--get', key], { cwd, timeout: 2000 });
    return stdout.trim();
  } catch {
    return '';
  }
}
