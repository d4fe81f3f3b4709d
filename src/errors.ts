// Every mistake a user can make has a code in the table below; a TspinError carries what was found and where. Bugs are plain Errors.

/** A place in a text file. `line` and `column` count from 1; `length` is the number of characters the caret underlines. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** The whole source line, for the code frame. */
  readonly text: string;
}

export interface ErrorKind {
  /** The exit code of the process when this error ends it: 1 as Spin, 2 for a mistake on the command line. */
  readonly exit: number;
  /** One line for docs/errors.md: when this happens. */
  readonly about: string;
}

const kind = (exit: number, about: string): ErrorKind => ({ exit, about });

/** The one table of error codes. A code is stable: scripts may rely on it. */
export const errorKinds = {
  'manifest-not-found': kind(1, 'no spin.toml in this folder or the ones above, or the path given with -f does not exist'),
  'manifest-unreadable': kind(1, 'the manifest exists and cannot be read'),
  'manifest-syntax': kind(1, 'the manifest is not valid TOML'),
  'manifest-version': kind(1, 'spin_manifest_version is missing or is not one that tspin reads'),
  'manifest-unknown-key': kind(1, 'a table of the manifest has a key that Spin does not know'),
  'manifest-missing-key': kind(1, 'a required key of the manifest is missing'),
  'manifest-wrong-type': kind(1, 'a value of the manifest has another type than Spin expects'),
  'manifest-invalid-value': kind(1, 'a value of the manifest has the right type and is not allowed'),
  'manifest-invalid-id': kind(1, 'a component id, variable name or label breaks the rule for names'),
  'manifest-unknown-component': kind(1, 'a trigger names a component that the manifest does not have'),
  'manifest-not-served': kind(1, 'the manifest asks for something that Spin has and tspin does not serve yet'),
  'runtime-config-unreadable': kind(1, 'the file given with --runtime-config-file does not exist or cannot be read'),
  'runtime-config-invalid': kind(1, 'the runtime configuration is not valid TOML, or has a key or value that Spin does not know'),
  'runtime-config-not-served': kind(1, 'the runtime configuration asks for something that Spin has and tspin does not serve yet'),
  'no-triggers': kind(1, 'the app has no trigger, or none that names a component kept by -c'),
  'unknown-component': kind(1, 'a flag (-c, --recycle-seeded) names a component that the app does not have'),
  'chained-component-left-out': kind(1, '-c keeps a component and leaves out one that it may call'),
  'unknown-profile': kind(1, '--profile names a profile that no component has'),
  'files-not-found': kind(1, 'an entry of `files` names nothing that exists and is no pattern'),
  'files-outside': kind(1, "an entry of `files` leads out of the application's folder"),
  'files-invalid-pattern': kind(1, 'an entry of `files` or `exclude_files` is not a valid pattern'),
  'files-invalid-destination': kind(1, 'a destination in `files` is not a path that the guest can have'),
  'files-unreadable': kind(1, 'a file or folder that `files` names exists and cannot be read or copied'),
  'direct-mounts-unfit': kind(1, '--direct-mounts is given and `files` has more than folders'),
  'temporary-directory-unusable': kind(1, 'the folder for copies of `files` cannot be made'),
  'unknown-command': kind(2, 'the first word after tspin is not a command'),
  'command-not-served': kind(2, 'a command that Spin has and tspin does not have yet'),
  'unknown-option': kind(2, 'the command has no such option'),
  'option-not-served': kind(2, 'an option that Spin has and tspin does not have yet'),
  'option-needs-value': kind(2, 'an option that takes a value came without one'),
  'option-takes-no-value': kind(2, 'an option that is only switched on came with a value'),
  'option-invalid-value': kind(2, 'the value of an option or of its environment variable is not of the right form'),
  'option-conflict': kind(2, 'two options that exclude each other were given'),
  'option-missing': kind(2, 'an option was given without another one that it needs'),
  'unexpected-argument': kind(2, 'the command takes no such argument'),
  'missing-argument': kind(2, 'an argument is missing, and there is no terminal to ask for it'),
  'node-too-old': kind(1, 'no Node with JSPI (24.21 or newer) was found'),
  'invalid-route': kind(1, 'the route of an HTTP trigger is not of the form that Spin knows'),
  'unknown-store-label': kind(1, 'a component lists a key-value store that is not defined'),
  'state-directory-unusable': kind(1, 'the folder for state (.spin, --state-dir) cannot be made'),
  'key-value-file-damaged': kind(1, 'the key-value file is not a SQLite database, is damaged, or has another table in its place'),
  'key-value-file-unusable': kind(1, 'the key-value file cannot be opened for reading and writing'),
  'key-value-file-locked': kind(1, 'another program holds the key-value file and does not let go'),
  'key-value-disk-full': kind(1, 'there is no room on the disk for the key-value file'),
  'unknown-database-label': kind(1, 'a component lists a SQLite database that is not defined'),
  'sqlite-database-unusable': kind(1, 'the file of a SQLite database is no database, is damaged, or its folder cannot be made'),
  'initial-sqlite': kind(1, 'what --sqlite gives cannot be read, or SQLite refused it'),
  'initial-key-value': kind(1, 'a --key-value pair could not be written at start'),
  'variable-without-value': kind(1, 'a required variable of the app has no value: no option, file or environment gives one'),
  'variable-file-unreadable': kind(1, 'a file given with --variable does not exist or cannot be read'),
  'variable-file-invalid': kind(1, 'a file given with --variable is not JSON or TOML, or holds other things than strings'),
  'unknown-follow-id': kind(1, '--follow names a component that the app does not have'),
  'log-directory-unusable': kind(1, 'the folder for log files cannot be made or written to'),
  'unknown-build-component': kind(1, 'tspin build -c names a component that the app does not have'),
  'build-failed': kind(1, 'a build command of a component ended with an error'),
  'unknown-template': kind(1, 'no template of that name or tag is there, or it does not do what is asked'),
  'template-invalid': kind(1, 'a template is broken'),
  'template-parameter': kind(1, 'a value for a template is not one of its parameters or is not allowed'),
  'invalid-app-name': kind(1, 'the name of a new app is not in kebab-case'),
  'folder-not-empty': kind(1, 'tspin new would write into a folder that already holds files'),
  'component-exists': kind(1, 'tspin add would add a component under an id that the app has already'),
  'manifest-unwritable': kind(1, 'spin.toml cannot be written'),
  'no-templates': kind(1, 'tspin templates install is given a source without templates/<id>/metadata/spin-template.toml'),
  'template-source-unusable': kind(1, 'the source of templates cannot be cloned, unpacked or found'),
  'template-store-unusable': kind(1, 'the folder of installed templates cannot be written to'),
  'folder-unusable': kind(1, 'the folder of a new app cannot be made or written to'),
  'component-source-missing': kind(1, "the file named by a component's source does not exist: most often it is not built yet"),
  'component-source-directory': kind(1, "a component's source is a folder"),
  'component-source-unreadable': kind(1, "the file named by a component's source exists and cannot be read"),
  'component-source-empty': kind(1, "the file named by a component's source has no bytes"),
  'component-download-failed': kind(1, 'a component that the manifest gives by its URL cannot be downloaded or kept'),
  'component-digest-mismatch': kind(1, 'what was downloaded has another digest than the manifest says'),
  'component-not-wasm': kind(1, "the file named by a component's source is not Wasm: a text, an archive, an HTML page"),
  'component-wasm-version': kind(1, "the file named by a component's source is Wasm of a version that tspin does not read"),
  'component-truncated': kind(1, 'a Wasm file ends in the middle'),
  'component-invalid': kind(1, 'a Wasm file is not a valid component, or cannot be made one'),
  'component-transpile-failed': kind(1, 'turning a component into something V8 runs failed: a crash, a deadline, a full disk'),
  'component-start-failed': kind(1, 'a component traps while an instance of it is made, before any request'),
  'core-module-unadaptable': kind(1, 'a core module has neither a component-type section nor a _start function'),
  'core-module-spin-1': kind(
    1,
    'a core module was made with a Spin SDK of before Spin 2, whose calling convention tspin does not serve',
  ),
  'core-module-bindgen-version': kind(1, 'a core module was made with a version of wit-bindgen that cannot be adapted'),
  'core-module-unsafe-libc': kind(1, 'a core module was made with a wasi-sdk whose allocator corrupts memory'),
  'import-not-served': kind(1, 'a component imports an interface that Spin has and tspin does not serve yet'),
  'unknown-import': kind(1, 'a component imports an interface or a function that no Spin version has'),
  'export-not-served': kind(1, 'a component exports a handler of a version that tspin does not call yet'),
  'no-http-handler': kind(1, 'a component of an HTTP trigger exports no handler, or more than one'),
  'tls-file-unreadable': kind(1, 'the file given with --tls-cert or --tls-key does not exist or cannot be read'),
  'tls-file-invalid': kind(1, 'the file given with --tls-cert or --tls-key is not PEM, is damaged, or is locked'),
  'tls-key-mismatch': kind(1, 'the key given with --tls-key is not that of the certificate given with --tls-cert'),
  'port-in-use': kind(1, 'another process listens on the address given with --listen'),
  'port-not-permitted': kind(1, 'the address given with --listen may not be listened on: a low port, for instance'),
  'address-not-available': kind(1, 'the host given with --listen is not an address of this machine'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

export interface TspinErrorDetails {
  readonly at?: SourceLocation | undefined;
  /** What to do about it: whole sentences, one a line. */
  readonly help?: string | readonly string[] | undefined;
  readonly cause?: unknown;
}

/** A mistake of the user's, or a condition that the user can mend. Shown without a stack. */
export class TspinError extends Error {
  readonly code: ErrorCode;
  readonly at: SourceLocation | undefined;
  readonly help: readonly string[];

  constructor(code: ErrorCode, message: string, details: TspinErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TspinError';
    this.code = code;
    this.at = details.at;
    const { help } = details;
    this.help = help === undefined ? [] : typeof help === 'string' ? [help] : help;
  }

  get exitCode(): number {
    return errorKinds[this.code].exit;
  }
}

/** The text that `tspin` prints: code, message, code frame with a caret, help of at most 100 columns. Without colours. */
export function formatError(error: TspinError): string {
  const lines = [`error[${error.code}]: ${error.message}`];
  if (error.at) lines.push(...codeFrame(error.at));
  for (const help of error.help) lines.push(...wrapHelp(help));
  return lines.join('\n');
}

const helpColumns = 100;

/** Broken between words; further lines begin below the first one's text. */
function wrapHelp(help: string): string[] {
  const lead = '  help: ';
  const lines = [''];
  for (const word of help.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && lead.length + last.length + 1 + word.length > helpColumns) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line);
}

function codeFrame({ file, line, column, length, text }: SourceLocation): string[] {
  const gutter = String(line);
  const blank = ' '.repeat(gutter.length);
  // A tab is shown as it is, so the caret line repeats it and both lines stay aligned.
  const lead = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, text.length - column + 1)));
  return [`${blank}--> ${file}:${line}:${column}`, `${blank} |`, `${gutter} | ${text}`, `${blank} | ${lead}${carets}`];
}
