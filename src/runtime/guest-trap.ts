// How a guest ended that did not return: the reason, the guest's own frames, and its last words.
import type { LocateCode, SourcePlace } from '../wasm/guest.ts';
import { demangled } from './demangle.ts';
import type { Evidence } from './evidence.ts';

export interface GuestTrap {
  /** `unreachable`, `memory access out of bounds`, or what the host says. */
  readonly reason: string;
  /**
   * The guest's frames, innermost first: `cart::add (src/lib.rs:42:13)` where the component carries lines, else
   * `cart::add (wasm-function[42]:0x1a2b)`. On the caller's own thread (no workers) V8 keeps as many as its
   * `Error.stackTraceLimit`, which is 10 where nobody raised it: too few for a panic of Rust.
   */
  readonly frames: readonly string[];
  /** The last lines that the invocation printed to stderr. */
  readonly lastWords: readonly string[];
  /** Set when the host, not the guest, is at fault. */
  readonly bug: Error | undefined;
}

const framesMax = 20;

/** `locate`: undefined where frames are those of the component's own core modules. */
export function guestTrap(error: unknown, lastWords: readonly string[], bug: Error | undefined, locate?: LocateCode): GuestTrap {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return { reason: reasonOf(thrown), frames: guestFrames(thrown.stack ?? '', locate), lastWords, bug };
}

function reasonOf(error: Error): string {
  if (error instanceof RangeError && /call stack/.test(error.message)) return 'call stack exhausted';
  // jco writes `wasm trap: wasm `unreachable` instruction executed` where V8 says `unreachable`.
  return error.message.replace(/^wasm trap: /, '').replace(/^wasm `(.*)` instruction executed$/, '$1');
}

/** Only Wasm frames are the guest's; those of jco's glue and of the host say nothing to its author. */
function guestFrames(stack: string, locate: LocateCode | undefined): string[] {
  return stack
    .split('\n')
    .flatMap(line => {
      const match = /^\s*at (?:(.*) \()?wasm:\/\/wasm\/(?:(.*)-)?[0-9a-f]+:(wasm-function\[\d+\]):(0x[0-9a-f]+)\)?$/.exec(line);
      if (!match) return [];
      const [, written, module = '', index = '', offset = ''] = match;
      const located = locate ? locate(module, Number(offset)) : Number(offset);
      if (located === 'not the guest') return [];
      const place = placeOf(index, located);
      const name = nameIn(written, module);
      return [name ? `${name} (${place})` : place];
    })
    .slice(0, framesMax);
}

function placeOf(index: string, located: number | 'moved' | SourcePlace): string {
  if (typeof located === 'object') return located.source;
  return located === 'moved' ? index : `${index}:0x${located.toString(16)}`;
}

/** V8 writes the module's name before the function's, or alone; and `wasm-function[7]`, or nothing, where there is none. */
function nameIn(written: string | undefined, module: string): string | undefined {
  if (written === module) return undefined;
  const name = module !== '' && written?.startsWith(`${module}.`) ? written.slice(module.length + 1) : written;
  return name === undefined || name.startsWith('wasm-function') ? undefined : demangled(name);
}

/** A few lines for the log: what, where, the guest's last words and frames. */
export function describeTrap(component: string, cause: string, trap: GuestTrap, evidence?: Evidence): string {
  const lines = [`component "${component}" trapped on ${cause}: ${trap.reason}`];
  if (trap.lastWords.length > 0) lines.push('  its last words:', ...trap.lastWords.map(words => `    ${words}`.trimEnd()));
  if (trap.frames.length > 0) lines.push('  guest frames:', ...trap.frames.map(frame => `    at ${frame}`));
  if (evidence && evidence.hostCalls.length > 0)
    lines.push('  its last host calls:', ...evidence.hostCalls.map(call => `    ${call}`));
  if (trap.bug) lines.push(`  this is a bug of tspin's: ${trap.bug.stack ?? trap.bug.message}`);
  return lines.join('\n');
}
