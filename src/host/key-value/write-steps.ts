// Does one write inside the transaction that is open: sets, deletes, and those that look before they write.
import type { Database, Statement } from 'better-sqlite3';
import { counterBytes, counterOf, encodeCounter, isCounter } from './counter.ts';
import type { Outcome, Write } from './writer-messages.ts';

export class WriteSteps {
  readonly #set: Statement<[string, string, Uint8Array]>;
  readonly #add: Statement<[string, string, Uint8Array]>;
  readonly #replace: Statement<[Uint8Array, string, string, Uint8Array]>;
  readonly #delete: Statement<[string, string]>;
  readonly #counter: Statement<[string, string], Buffer | string>;

  constructor(database: Database) {
    const insert = 'INSERT INTO spin_key_value (store, key, value) VALUES (?, ?, ?) ON CONFLICT (store, key) DO';
    this.#set = database.prepare(`${insert} UPDATE SET value = excluded.value`);
    this.#add = database.prepare(`${insert} NOTHING`);
    this.#replace = database.prepare('UPDATE spin_key_value SET value = ? WHERE store = ? AND key = ? AND value = ?');
    this.#delete = database.prepare('DELETE FROM spin_key_value WHERE store = ? AND key = ?');
    // What is no counter is not loaded: words stand for it, for the guest to read.
    this.#counter = database
      .prepare<[string, string], Buffer | string>(
        `SELECT CASE WHEN typeof(value) <> 'blob' THEN 'is stored as ' || typeof(value)
                     WHEN length(value) <> ${counterBytes} THEN 'has ' || length(value) || ' bytes'
                     ELSE value END
           FROM spin_key_value WHERE store = ? AND key = ?`,
      )
      .pluck();
  }

  /** Undefined: done, and nothing more to say. Throws SqliteError; what it wrote until then is still to be rolled back. */
  run(write: Write): Outcome | undefined {
    const { store } = write;
    switch (write.kind) {
      case 'set':
        return void this.#set.run(store, write.key, write.value);
      case 'delete':
        return void this.#delete.run(store, write.key);
      case 'set-many':
        for (const [key, value] of write.pairs) this.#set.run(store, key, value);
        return undefined;
      case 'delete-many':
        for (const key of write.keys) this.#delete.run(store, key);
        return undefined;
      case 'increment':
        return this.#increment(store, write.key, write.delta);
      case 'swap':
        return { kind: 'swapped', swapped: this.#swap(store, write) };
    }
  }

  #increment(store: string, key: string, delta: bigint): Outcome {
    const found = this.#counter.get(store, key);
    if (typeof found === 'string') {
      return { kind: 'refused', message: `the value of this key ${found}; a counter is ${counterBytes} bytes` };
    }
    const value = (found === undefined ? 0n : counterOf(found)) + delta;
    if (!isCounter(value)) return { kind: 'refused', message: `the counter would be ${value}, which is no s64` };
    this.#set.run(store, key, encodeCounter(value));
    return { kind: 'counted', value };
  }

  #swap(store: string, { key, expected, value }: Extract<Write, { kind: 'swap' }>): boolean {
    const { changes } = expected ? this.#replace.run(value, store, key, expected) : this.#add.run(store, key, value);
    return changes > 0;
  }
}
