// The loads that contenders are compared under, as data. An entrant is `contender`, or `contender/guest`.
import type { Load } from './wrk.ts';

export interface Workload {
  readonly id: string;
  readonly title: string;
  /** What is asked for, in a sentence of the report. */
  readonly about: string;
  readonly load: Load;
  readonly entrants: readonly string[];
  /** The key that GETs read, written before the first round. */
  readonly seed?: string;
  /** So many times the rounds that others get: a difference of a few percent does not show in three. */
  readonly roundsTimes?: number;
}

const kvGuests = ['rust', 'rust7', 'js', 'go', 'python', 'c'] as const;
const tspinGuests: readonly string[] = kvGuests.map(guest => `tspin/${guest}`);
const stores = ['wrangler', 'miniflare', 'deno', 'bun'] as const;

const connections = 64;
const key = '/greeting';

export const workloads: readonly Workload[] = [
  {
    id: 'hello',
    title: 'Hello',
    about:
      'GET of five bytes that need no store. Wasm: the same Rust guest for tspin and jco, which serves all requests from one instance.',
    load: { kind: 'get', path: '/hello', connections },
    entrants: ['ceiling', 'tspin/hello', 'tspin-fresh/hello', 'tspin-plain/hello', 'jco/hello', ...stores],
  },
  {
    id: 'kv-get',
    title: 'Key-value GET',
    about: "The tutorial's GET: a value of five bytes from the store.",
    load: { kind: 'get', path: key, connections },
    seed: key,
    entrants: ['ceiling', ...tspinGuests, 'tspin-reused/rust7', 'tspin-fresh/rust', 'tspin-plain/rust', ...stores],
  },
  {
    id: 'checks',
    title: 'Preemption checks',
    about: 'Key-value GET with and without the checks by which a guest gives way, in five times as many rounds as the others.',
    load: { kind: 'get', path: key, connections },
    seed: key,
    entrants: ['tspin/rust', 'tspin-unchecked/rust'],
    roundsTimes: 5,
  },
  {
    id: 'kv-post',
    title: 'Key-value POST',
    about:
      "The tutorial's POST: a value never sent before under one of a thousand keys. tspin's are on disk when they are answered; " +
      "Bun's are not (WAL with synchronous=NORMAL), the others do as they do by default.",
    load: { kind: 'post', path: key, connections },
    seed: key,
    entrants: ['ceiling', ...tspinGuests, ...stores],
  },
  {
    id: 'mixed',
    title: 'Mixed',
    about: 'Nine GETs, then one POST of a new value.',
    load: { kind: 'mixed', path: key, connections },
    seed: key,
    entrants: ['ceiling', 'tspin/rust', 'tspin/rust7', 'tspin/js', ...stores],
  },
  {
    id: 'latency',
    title: 'One connection',
    about: 'Key-value GET, one request at a time on one keep-alive connection.',
    load: { kind: 'get', path: key, connections: 1 },
    seed: key,
    entrants: ['ceiling', ...tspinGuests, ...stores],
  },
  {
    id: 'body-64k',
    title: 'Bodies of 64 KB',
    about: 'POST of 64 KB, answered with the same bytes: both ways count. The guest takes the whole body before it answers.',
    load: { kind: 'echo', path: '/echo', connections, bodyBytes: 65_536 },
    entrants: ['ceiling', 'tspin/hello', 'tspin-plain/hello'],
  },
  {
    id: 'body-10m',
    title: 'Bodies of 10 MB',
    about: 'The same with 10 MB and 4 connections.',
    load: { kind: 'echo', path: '/echo', connections: 4, bodyBytes: 10 * 1024 * 1024 },
    entrants: ['ceiling', 'tspin/hello', 'tspin-plain/hello'],
  },
];
