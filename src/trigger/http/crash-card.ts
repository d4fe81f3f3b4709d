// What a developer gets in place of an empty 500: what happened to the guest, as HTML for a browser, JSON for a program, text for
// curl. Only for whoever asked for it (`watch`, `up --dev`): it tells of the app's insides.
import type { Entry } from '../../host/wasi-http/fields.ts';
import type { Evidence } from '../../runtime/evidence.ts';
import type { HttpAnswer } from './exchange.ts';

export interface CrashCard {
  readonly status: number;
  /** `trapped`, `timed out`: in a few words, what happened. */
  readonly title: string;
  /** Why, in the guest's or the host's words; `''` when the title says all. */
  readonly reason: string;
  readonly component: string;
  /** As the manifest has it: `/cart/...`. */
  readonly route: string;
  /** `GET /cart?id=1` */
  readonly request: string;
  /** The guest's frames, innermost first. */
  readonly frames: readonly string[];
  readonly evidence: Evidence;
}

type Form = 'html' | 'json' | 'text';

/** The answer in the form that the client can show best. */
export function cardAnswer(card: CrashCard, headers: readonly Entry[]): HttpAnswer {
  const form = formFor(headers);
  const type = { html: 'text/html; charset=utf-8', json: 'application/json', text: 'text/plain; charset=utf-8' }[form];
  const write = { html: cardHtml, json: cardJson, text: cardText }[form];
  return {
    status: card.status,
    headers: [
      ['content-type', Buffer.from(type)],
      ['cache-control', Buffer.from('no-store')],
      // Whatever a guest printed, nothing of it runs.
      ['content-security-policy', Buffer.from("default-src 'none'; style-src 'unsafe-inline'")],
      ['x-content-type-options', Buffer.from('nosniff')],
    ],
    body: Buffer.from(write(card)),
  };
}

/** Browsers ask for HTML where they show a page; `fetch` says that it is no navigation, and curl says nothing. */
export function formFor(headers: readonly Entry[]): Form {
  const value = (wanted: string): string => {
    const found = headers.find(([name]) => name === wanted);
    return found ? Buffer.from(found[1]).toString('latin1').toLowerCase() : '';
  };
  const accept = value('accept');
  const at = (type: string): number => (accept.includes(type) ? accept.indexOf(type) : Number.POSITIVE_INFINITY);
  if (at('text/html') < at('application/json')) return 'html';
  if (accept.includes('application/json')) return 'json';
  const mode = value('sec-fetch-mode');
  return mode !== '' && mode !== 'navigate' ? 'json' : 'text';
}

/** A heading and its lines; sections without lines are left out. */
function sectionsOf({ frames, evidence }: CrashCard): readonly (readonly [string, readonly string[]])[] {
  const all: readonly (readonly [string, readonly string[]])[] = [
    ['Refused', evidence.refused],
    ['Its last output', evidence.output.slice(evidence.output.findIndex(line => line.trim() !== ''))],
    ['Guest frames', frames.map(frame => `at ${frame}`)],
    ['Its last host calls', evidence.hostCalls],
  ];
  return all.filter(([, lines]) => lines.length > 0);
}

const headline = ({ title, component, reason }: CrashCard): string =>
  `component "${component}" ${title}${reason === '' ? '' : `: ${reason}`}`;

export function cardText(card: CrashCard): string {
  const lines = [headline(card), '', `  request    ${card.request}`, `  route      ${card.route}`];
  for (const [heading, found] of sectionsOf(card))
    lines.push('', `${heading}:`, ...found.map(line => `  ${printable(line)}`.trimEnd()));
  return `${lines.join('\n')}\n`;
}

export function cardJson({ status, title, reason, component, route, request, frames, evidence }: CrashCard): string {
  return `${JSON.stringify({ error: { title, reason, component, route, request, status, frames, ...evidence } }, null, 2)}\n`;
}

export function cardHtml(card: CrashCard): string {
  const sections = sectionsOf(card).map(
    ([heading, lines]) => `<h2>${heading}</h2>\n<pre>${lines.map(line => escaped(printable(line))).join('\n')}</pre>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(`${card.component} ${card.title}`)}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; border-left: .4rem solid #d33; padding-left: .8rem; overflow-wrap: anywhere; }
  h2 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
  pre { background: #8882; padding: .8rem; overflow-x: auto; margin: 0; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
  dd { margin: 0; font-family: monospace; overflow-wrap: anywhere; }
</style>
<h1>${escaped(headline(card))}</h1>
<dl><dt>request</dt><dd>${escaped(card.request)}</dd><dt>route</dt><dd>${escaped(card.route)}</dd></dl>
${sections.join('\n')}
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, found => entities[found] ?? '');

/** Without what would move a terminal's cursor or change its colours; tabs stay. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const printable = (text: string): string => text.replaceAll(/\u001B\[[\d;]*[A-Za-z]|[\u0000-\u0008\u000B-\u001F\u007F]/g, '');
