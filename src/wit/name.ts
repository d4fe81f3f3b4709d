// Names of WIT interfaces, and which versions of one interface count as the same (spin-behaviour 3.1: semver compatibility).

export interface InterfaceName {
  /** `wasi:io/poll` */
  readonly name: string;
  /** `0.2.6`, or undefined where the package has no version. */
  readonly version: string | undefined;
}

/** Splits `wasi:io/poll@0.2.6`. */
export function parseInterfaceName(text: string): InterfaceName {
  const at = text.indexOf('@');
  return at < 0 ? { name: text, version: undefined } : { name: text.slice(0, at), version: text.slice(at + 1) };
}

/** `wasi:io/poll@0.2.6`, or the name alone where the package has no version. */
export const versioned = (name: string, version: string | undefined): string =>
  version === undefined ? name : `${name}@${version}`;

/**
 * The key under which all compatible versions of an interface meet: `wasi:io/poll@0.2.6` and `@0.2.12` give
 * `wasi:io/poll@0.2`, `fermyon:spin/key-value@2.0.0` gives `@2`, a pre-release stays as it is, no version stays none.
 */
export function interfaceKey(name: string, version: string | undefined): string {
  if (version === undefined) return name;
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (!match) return `${name}@${version}`;
  const [, major, minor] = match;
  return major === '0' ? `${name}@0.${minor}` : `${name}@${major}`;
}
