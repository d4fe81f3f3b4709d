// The mistakes that guests make most, in TypeScript, Python and Rust: each is shown with the guest's own message, and with the line where
// the component carries it. The guests are test/guests/mistakes*; what they show is in test/golden/crash-cards/.
import type { LoadAppOptions } from '../../src/index.ts';
import { testCrash } from './crash-case.ts';
import { cachedGuest, mistakesWasm, type AppText } from './guests.ts';

const slow: LoadAppOptions = { instances: { requestTimeoutMs: 700 } };
const small: LoadAppOptions = { instances: { memoryBytesMax: 128 * 1024 * 1024 } };

interface Mistake {
  readonly status?: number;
  readonly answer?: RegExp | string;
  readonly options?: LoadAppOptions;
}

interface Language {
  readonly source: () => string;
  readonly mistakes: Readonly<Record<string, Mistake>>;
}

const failed: Mistake = { status: 500 };
const late: Mistake = { status: 504, options: slow };

const languages: Readonly<Record<string, Language>> = {
  typescript: {
    source: () => cachedGuest('test/guests/mistakes-ts'),
    mistakes: {
      throw: failed,
      'throw-a-string': failed,
      'throw-with-cause': failed,
      'throw-in-listener': { answer: 'cut off' },
      undefined: failed,
      reject: failed,
      'bad-json': failed,
      'wrong-content-type': failed,
      recursion: failed,
      'endless-loop': late,
      'endless-wait': late,
      'out-of-memory': { status: 500, options: small },
      'denied-host': failed,
      'denied-store': failed,
      'missing-variable': failed,
      'no-response': { answer: 'cut off' },
      'no-response-object': failed,
      'not-a-response': failed,
      'two-responses': { answer: '200 first' },
      'bad-status': failed,
      'bad-header': failed,
    },
  },
  python: {
    source: () => cachedGuest('test/guests/mistakes-python'),
    mistakes: {
      raise: failed,
      'raise-from': failed,
      none: failed,
      'missing-key': failed,
      index: failed,
      division: failed,
      assertion: failed,
      'bad-json': failed,
      'wrong-content-type': failed,
      'bad-text': failed,
      recursion: failed,
      'endless-loop': late,
      'endless-wait': late,
      'out-of-memory': { status: 500, options: small },
      'denied-host': failed,
      'denied-store': failed,
      'missing-variable': failed,
      'no-response': failed,
      'not-a-response': failed,
      'text-body': { answer: 'cut off' },
      'bad-status': failed,
      'bad-header': failed,
      exit: failed,
    },
  },
  // Those that the host refuses, and those about responses, are in crash-cards.test.ts.
  rust: {
    source: () => mistakesWasm,
    mistakes: {
      'unwrap-none': failed,
      'expect-error': failed,
      'missing-key': failed,
      index: failed,
      division: failed,
      'text-boundary': failed,
      'borrowed-twice': failed,
      assertion: failed,
      todo: failed,
      'bad-text': failed,
      'out-of-memory': { status: 500, options: small },
    },
  },
};

for (const [language, { source, mistakes }] of Object.entries(languages)) {
  const app = (): AppText => ({ source: source(), stores: [] });
  for (const [mistake, told] of Object.entries(mistakes)) {
    testCrash({ name: `${language}/${mistake}`, path: `/${mistake}`, app, stackFrames: 40, ...told });
  }
}
