// Who has values of variables: a table, or a server.
import type { Result } from '../../wit/types.ts';

type Answer = Result<string | undefined, string>;

export interface Provider {
  /** Whether its answers may be promises. */
  readonly waits: boolean;
  /** The value; undefined when it has none, so that the next is asked. An error ends the search. Never rejects. */
  get(name: string, signal: AbortSignal): Answer | Promise<Answer>;
  close?(): Promise<void>;
}
