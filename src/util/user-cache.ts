// The folder that tspin keeps for its user: what is in it can be made anew.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `~/.cache/tspin`. bin/tspin.js, which loads nothing of src/, names it too. */
export const userCache = (): string => join(homedir(), '.cache', 'tspin');

/** Prepared components, unless somebody names another folder. */
export const componentsCache = (): string => join(userCache(), 'components');
