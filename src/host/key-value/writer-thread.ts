// The storage thread: the only writer of each key-value file. Writes that arrive while a commit runs are committed together.
import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { keepCode } from '../../util/keep-code.ts';
import { Commits } from './commits.ts';
import { failureOf } from './sqlite-failure.ts';
import { closeWriting, openForWriting } from './sqlite-file.ts';
import { unpackWrites } from './packed-writes.ts';
import type { WriterFile } from './writer-file.ts';
import { rowsOf, type FromWriter, type OpenRequest, type Outcome, type ToWriter, type Write } from './writer-messages.ts';

/** A commit gathers no more when it has so many rows, so that nobody waits long for a large one. */
const commitRowsMax = 4_096;

interface OpenFile {
  readonly path: string;
  readonly database: Database;
  readonly commits: Commits;
  readonly ports: Set<MessagePort>;
}

/** Its writes; undefined for a client that closes. */
interface Arrived {
  readonly port: MessagePort;
  readonly writes: readonly Write[] | undefined;
}

type Batch = { readonly port: MessagePort; readonly writes: readonly Write[] };

function serve(requests: MessagePort): void {
  const files = new Map<string, OpenFile>();
  requests.on('message', ({ file, port }: OpenRequest) => {
    try {
      const open = files.get(file.path) ?? openFile(file);
      files.set(file.path, open);
      open.ports.add(port);
      port.on('message', (message: ToWriter) => work(open, gather(open, arrivedAt(port, message)), files));
      // A client that was ended with its thread says no word.
      port.on('close', () => leave(open, port, files));
      say(port, { kind: 'opened', journalMode: String(open.database.pragma('journal_mode', { simple: true })) });
      keepCode();
    } catch (error) {
      say(port, { kind: 'refused', failure: failureOf(error) });
      port.close();
    }
  });
}

function openFile(file: WriterFile): OpenFile {
  const database = openForWriting(file);
  try {
    const commits = new Commits(database, file.busyTimeoutMs, file.commitCounter);
    return { path: file.path, database, commits, ports: new Set() };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What has just arrived and all that waits behind it, of every client of the file. */
function gather(file: OpenFile, first: Arrived): readonly Arrived[] {
  const arrived = [first];
  let count = rowsIn(first);
  for (const port of file.ports) {
    while (count < commitRowsMax) {
      const received = receiveMessageOnPort(port);
      if (!received) break;
      const next = arrivedAt(port, received.message as ToWriter);
      arrived.push(next);
      count += rowsIn(next);
    }
  }
  return arrived;
}

const arrivedAt = (port: MessagePort, message: ToWriter): Arrived => ({
  port,
  writes: message.kind === 'writes' ? unpackWrites(message.writes) : undefined,
});

const rowsIn = ({ writes = [] }: Arrived): number => writes.reduce((sum, write) => sum + rowsOf(write), 0);

function work(file: OpenFile, arrived: readonly Arrived[], files: Map<string, OpenFile>): void {
  commitAll(
    file.commits,
    arrived.flatMap(({ port, writes }) => (writes ? [{ port, writes }] : [])),
  );
  for (const { port, writes } of arrived) {
    if (!writes) leave(file, port, files);
  }
}

function commitAll(commits: Commits, batches: readonly Batch[]): void {
  if (batches.length === 0) return;
  const outcomes = commits.commit(batches.flatMap(({ writes }) => writes));
  let start = 0;
  for (const { port, writes } of batches) {
    const end = start + writes.length;
    const own: (readonly [number, Outcome])[] = [];
    for (let index = start; index < end; index += 1) {
      const outcome = outcomes.get(index);
      if (outcome) own.push([index - start, outcome]);
    }
    say(port, { kind: 'done', outcomes: own, commits: commits.count });
    start = end;
  }
}

/** A client has ended; with the last one the file is closed. */
function leave(file: OpenFile, port: MessagePort, files: Map<string, OpenFile>): void {
  if (!file.ports.delete(port)) return;
  let unfinished: string | undefined;
  if (file.ports.size === 0) {
    files.delete(file.path);
    unfinished = closeWriting(file.database);
  }
  say(port, { kind: 'closed', unfinished });
  port.close();
}

const say = (port: MessagePort, message: FromWriter): void => port.postMessage(message);

if (!parentPort) throw new Error('writer-thread.ts runs as a worker thread only');
serve(parentPort);
