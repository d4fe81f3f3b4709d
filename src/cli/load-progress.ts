// Shows that components are being made ready: a line that changes on a terminal, one sentence elsewhere when it is slow.
import type { ProgressEvent } from '../index.ts';
import type { Terminal } from './terminal.ts';

/** Who waits for longer is told why. Spin says it after 1.25 s. */
const slowMs = 1000;

const verbs: Readonly<Record<ProgressEvent['kind'], string | undefined>> = {
  downloading: 'Downloading',
  downloaded: undefined,
  transpiling: 'Transpiling',
  transpiled: undefined,
  loading: 'Loading',
  loaded: undefined,
};

export interface LoadProgress extends Disposable {
  readonly onEvent: (event: ProgressEvent) => void;
}

export function showLoadProgress(terminal: Terminal): LoadProgress {
  const slow = terminal.isWatched
    ? undefined
    : setTimeout(() => terminal.talk('Preparing Wasm modules is taking a few seconds...'), slowMs);
  return {
    onEvent: ({ kind, component, url }) => {
      const verb = verbs[kind];
      if (url !== undefined && !terminal.isWatched) terminal.talk(`Downloading ${component} from ${url}...`);
      terminal.status(verb === undefined ? '' : `${verb} ${component}...`);
    },
    [Symbol.dispose]: () => {
      clearTimeout(slow);
      terminal.status('');
    },
  };
}
