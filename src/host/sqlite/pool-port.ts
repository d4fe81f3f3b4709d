// The pool's end of a port to one serving thread.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { FromPool, ToPool } from './messages.ts';
import type { PooledConnection, SqlPool } from './sql-pool.ts';

/** A port to the pool for one thread; give it to a `SqlClient` there. */
export function connectToPool(pool: SqlPool): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const connections = new Map<number, PooledConnection>();
  const connectionOf = (number: number): PooledConnection => {
    const connection = connections.get(number) ?? pool.connection();
    connections.set(number, connection);
    return connection;
  };
  port1.on('message', (message: ToPool) => {
    if (message.kind === 'execute') {
      const { id } = message;
      pool.execute(connectionOf(message.connection), message.statement, outcome => {
        const answer: FromPool = { kind: 'done', id, outcome };
        // The rows are not copied once more.
        port1.postMessage(answer, outcome.kind === 'rows' ? transferable(outcome.result.rows) : []);
      });
      return;
    }
    const connection = connections.get(message.connection);
    connections.delete(message.connection);
    if (connection) pool.release(connection);
  });
  // A thread that is ended says nothing: what its guests had open goes with it.
  port1.on('close', () => {
    for (const connection of connections.values()) pool.release(connection);
    connections.clear();
  });
  // The thread that waits for an answer keeps the process alive, not this end.
  port1.unref();
  return port2;
}

/** A small buffer is a part of one that belongs to others. */
const transferable = ({ buffer, byteLength }: Uint8Array): ArrayBuffer[] =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
