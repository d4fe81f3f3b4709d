// `tspin watch`: its own options are Spin's, and it takes those of `tspin up` besides.
import { defineCommand, type Flags } from '../command.ts';
import { upCommand, upFlags } from './up.ts';

// -c is --clear here, as in Spin. The app is served on one thread, on which one version takes the place of another (ADR 022).
const { build: _build, workers: _workers, dev: _dev, from, 'component-id': component, ...passed } = upFlags;

const own = {
  from,
  clear: { kind: 'switch', short: 'c', about: 'Clear the screen before a change is built' },
  debounce: {
    kind: 'value',
    short: 'd',
    placeholder: 'MS',
    example: '100',
    about: 'How long nothing must have changed before it is built, in milliseconds (100)',
  },
  'skip-build': { kind: 'switch', about: 'Build nothing: serve what is built otherwise, and again whenever it changes' },
} as const satisfies Flags;

export const watchFlags = {
  ...own,
  'component-id': {
    kind: component.kind,
    aliases: component.aliases,
    placeholder: component.placeholder,
    example: component.example,
    about: component.about,
  },
  ...passed,
} as const satisfies Flags;

export const watchCommand = defineCommand({
  name: 'watch',
  alias: 'w',
  about: 'Build and serve the app, again after each change',
  usage: '[OPTIONS] [UP OPTIONS]',
  details: [
    'What changed is built, started once, and takes its place between two requests, on the same port. The old version serves until then, and goes on when the new one fails.',
    'All options of `tspin up` but --build, --dev (which it is), --workers and -c for --component-id may follow.',
  ],
  flags: watchFlags,
  shown: Object.keys(own),
  arguments: [],
  notServed: upCommand.notServed,
  load: async () => (await import('../actions/watch.ts')).watch,
});
