// The command line of the bench.
import { parseArgs } from 'node:util';

export interface Options {
  /** Sections to run; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly guests: readonly string[] | undefined;
  readonly contenders: readonly string[] | undefined;
  readonly rounds: number;
  /** How long one load lasts. */
  readonly seconds: number;
  /** Counts of requests and connections are multiplied by it: below 1 for a quick look. */
  readonly scale: number;
  /** Measure the package that an earlier run installed. */
  readonly keepPackage: boolean;
  /** Write the report from results of an earlier run, and measure nothing. */
  readonly render: string | undefined;
  readonly help: boolean;
}

const roundsDefault = 3;
const secondsDefault = 3;

export const helpText = `npm run bench -- [OPTIONS]

  --only SECTION,...      hello, kv-get, kv-post, mixed, latency, body-64k, body-10m, chained, starts, memory, connections,
                          fsync, all-cores, watch, micro
  --guests GUEST,...      hello, rust, rust7, js, go, python, c, proxy
  --contenders NAME,...   ceiling, tspin, tspin-reused, tspin-fresh, tspin-plain, tspin-unchecked, jco, wrangler, miniflare,
                          deno, bun
  --rounds N              rounds, interleaved (${roundsDefault})
  --seconds N             how long one load lasts (${secondsDefault})
  --scale N               multiplies counts of requests and connections (1)
  --keep-package          measure the package that an earlier run installed
  --render FILE           write the report from results.json of an earlier run
`;

const names = (text: string | undefined): readonly string[] | undefined => text?.split(',').filter(name => name !== '');

/** Throws an Error with a message for the user. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      guests: { type: 'string' },
      contenders: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      scale: { type: 'string' },
      'keep-package': { type: 'boolean', default: false },
      render: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const rounds = positive('rounds', values.rounds, roundsDefault);
  if (!Number.isInteger(rounds)) throw new Error(`--rounds takes a whole number, and got "${values.rounds}"`);
  return {
    only: names(values.only),
    guests: names(values.guests),
    contenders: names(values.contenders),
    rounds,
    seconds: positive('seconds', values.seconds, secondsDefault),
    scale: positive('scale', values.scale, 1),
    keepPackage: values['keep-package'],
    render: values.render,
    help: values.help,
  };
}

function positive(name: string, text: string | undefined, byDefault: number): number {
  const value = text === undefined ? byDefault : Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} takes a number above zero, and got "${text}"`);
}

/** Only a whole run may become the report of the repository. */
export const isWhole = ({ only, guests, contenders, rounds, scale }: Options): boolean =>
  only === undefined && guests === undefined && contenders === undefined && rounds >= roundsDefault && scale >= 1;

export const wants = (list: readonly string[] | undefined, name: string): boolean => list === undefined || list.includes(name);
