// What the operating system refused, in words: without the code, the call and the paths that Node's message has.

const wordsFor: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'something of that name is in the way',
  ENOTDIR: 'what stands in the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
};

/** The end of a sentence: `permission denied`. For an unknown code and for other errors the message as it is. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error ? wordsFor[String(error.code)] : undefined) ?? error.message;
}
