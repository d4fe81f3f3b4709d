// How many workers an app gets on this platform.

export interface WorkerCountOptions {
  /** What the user asked for; undefined: one per core. */
  readonly wanted: number | undefined;
  /** `process.platform` */
  readonly platform: string;
  readonly cores: number;
}

export interface WorkerCount {
  readonly count: number;
  /** What the user should know. */
  readonly notice?: string;
}

/** Where several listeners of one port get connections in turn. macOS gives them all to one, Windows knows no sharing. */
const balancing: readonly string[] = ['linux', 'freebsd'];

export function workerCount({ wanted, platform, cores }: WorkerCountOptions): WorkerCount {
  const count = wanted ?? cores;
  if (count <= 1 || balancing.includes(platform)) return { count: Math.max(1, count) };
  const notice = `Serving with one worker: on ${platform} connections are not shared out among several.`;
  return { count: 1, notice };
}
