// How a guest ended that did not return: the reason, the guest's own frames, and its last words.

export interface GuestTrap {
  /** `unreachable`, `memory access out of bounds`, or what the host says. */
  readonly reason: string;
  /** The guest's frames, innermost first: `probe::handle (wasm-function[42]:0x1a2b)`. */
  readonly frames: readonly string[];
  /** The last lines that the invocation printed to stderr. */
  readonly lastWords: readonly string[];
  /** Set when the host, not the guest, is at fault. */
  readonly bug: Error | undefined;
}

const framesMax = 20;

export function guestTrap(error: unknown, lastWords: readonly string[], bug: Error | undefined): GuestTrap {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return { reason: reasonOf(thrown), frames: guestFrames(thrown.stack ?? ''), lastWords, bug };
}

function reasonOf(error: Error): string {
  if (error instanceof RangeError && /call stack/.test(error.message)) return 'call stack exhausted';
  // jco writes `wasm trap: wasm `unreachable` instruction executed` where V8 says `unreachable`.
  return error.message.replace(/^wasm trap: /, '').replace(/^wasm `(.*)` instruction executed$/, '$1');
}

/** Only Wasm frames are the guest's; those of jco's glue and of the host say nothing to its author. */
function guestFrames(stack: string): string[] {
  return stack
    .split('\n')
    .flatMap(line => {
      const match = /^\s*at (?:(.*) \()?wasm:\/\/[^:]*:(wasm-function\[\d+\]:0x[0-9a-f]+)\)?$/.exec(line);
      if (!match) return [];
      const [, name, place] = match;
      return [name && !name.startsWith('wasm-function') ? `${name} (${place})` : (place ?? '')];
    })
    .slice(0, framesMax);
}

/** A few lines for the log: what, where, the guest's last words and frames. */
export function describeTrap(component: string, cause: string, trap: GuestTrap): string {
  const lines = [`component "${component}" trapped on ${cause}: ${trap.reason}`];
  if (trap.lastWords.length > 0) lines.push('  its last words:', ...trap.lastWords.map(words => `    ${words}`));
  if (trap.frames.length > 0) lines.push('  guest frames:', ...trap.frames.map(frame => `    at ${frame}`));
  if (trap.bug) lines.push(`  this is a bug of tspin's: ${trap.bug.stack ?? trap.bug.message}`);
  return lines.join('\n');
}
