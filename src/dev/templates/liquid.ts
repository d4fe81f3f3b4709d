// The part of the Liquid language that Spin's templates use: {{ name | filter }}, {% if %} and {% case %}, with `-` at a
// bracket's inside taking away the space outside.
import { filters } from './filters.ts';

export type Values = ReadonlyMap<string, string>;

export interface RenderOptions {
  readonly values: Values;
  /** Applied to each value that is put in, after its filters. */
  readonly escape?: (text: string) => string;
}

/** What is wrong with a template; the caller knows in which file. */
export class LiquidError extends Error {
  override readonly name = 'LiquidError';
}

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly expression: string }
  | { readonly kind: 'tag'; readonly name: string; readonly argument: string };

/** Throws LiquidError. */
export function renderLiquid(template: string, options: RenderOptions): string {
  const cursor = new Cursor(piecesOf(template));
  const rendered = renderUntil(cursor, [], options);
  const stray = cursor.next();
  if (stray?.kind === 'tag') throw new LiquidError(`{% ${stray.name} %} has no beginning`);
  return rendered;
}

/** A position in the pieces. */
class Cursor {
  readonly #pieces: readonly Piece[];
  #index = 0;
  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }
  peek(): Piece | undefined {
    return this.#pieces[this.#index];
  }
  next(): Piece | undefined {
    return this.#pieces[this.#index++];
  }
}

function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let eatsSpace = false;
  const addText = (raw: string, trimsEnd: boolean): void => {
    const text = eatsSpace ? raw.trimStart() : raw;
    pieces.push({ kind: 'text', text: trimsEnd ? text.trimEnd() : text });
  };
  for (const match of template.matchAll(/\{\{(-?)(.*?)(-?)\}\}|\{%(-?)(.*?)(-?)%\}/gs)) {
    const [whole, trimsBefore, output, trimsAfter, tagTrimsBefore, tag, tagTrimsAfter] = match;
    addText(template.slice(from, match.index), (trimsBefore ?? tagTrimsBefore) === '-');
    eatsSpace = (trimsAfter ?? tagTrimsAfter) === '-';
    from = match.index + whole.length;
    if (output !== undefined) pieces.push({ kind: 'output', expression: output.trim() });
    else {
      const [, name = '', argument = ''] = /^\s*(\w*)\s*(.*?)\s*$/s.exec(tag ?? '') ?? [];
      pieces.push({ kind: 'tag', name, argument });
    }
  }
  addText(template.slice(from), false);
  return pieces;
}

/** Renders up to one of the tags named in `ends` and leaves the cursor before it. */
function renderUntil(cursor: Cursor, ends: readonly string[], options: RenderOptions): string {
  let rendered = '';
  for (let piece = cursor.peek(); piece !== undefined; piece = cursor.peek()) {
    if (piece.kind === 'tag' && (ends.includes(piece.name) || !['if', 'case'].includes(piece.name))) break;
    cursor.next();
    if (piece.kind === 'text') rendered += piece.text;
    else if (piece.kind === 'output') rendered += outputOf(piece.expression, options);
    else
      rendered += piece.name === 'if' ? renderIf(piece.argument, cursor, options) : renderCase(piece.argument, cursor, options);
  }
  return rendered;
}

function renderIf(condition: string, cursor: Cursor, options: RenderOptions): string {
  let chosen: string | undefined;
  let holds = isTrue(condition, options.values);
  for (;;) {
    const branch = renderUntil(cursor, ['elsif', 'else', 'endif'], options);
    if (holds) chosen ??= branch;
    const end = endOf(cursor, 'if', ['elsif', 'else', 'endif']);
    if (end.name === 'endif') return chosen ?? '';
    holds = end.name === 'else' || isTrue(end.argument, options.values);
  }
}

function renderCase(subject: string, cursor: Cursor, options: RenderOptions): string {
  const value = valueOf(subject, options.values);
  let chosen: string | undefined;
  // What stands before the first {% when %} belongs to no branch.
  let holds = false;
  for (;;) {
    const branch = renderUntil(cursor, ['when', 'else', 'endcase'], options);
    if (holds) chosen ??= branch;
    const end = endOf(cursor, 'case', ['when', 'else', 'endcase']);
    if (end.name === 'endcase') return chosen ?? '';
    const candidates = end.argument.split(/\s*(?:,|\bor\b)\s*/);
    holds = end.name === 'else' || candidates.some(candidate => valueOf(candidate, options.values) === value);
  }
}

function endOf(cursor: Cursor, opened: string, ends: readonly string[]): Extract<Piece, { kind: 'tag' }> {
  const piece = cursor.next();
  if (piece?.kind === 'tag' && ends.includes(piece.name)) return piece;
  const found = piece?.kind === 'tag' ? `meets {% ${piece.name} %}` : 'has no end';
  throw new LiquidError(`{% ${opened} %} ${found}`);
}

function isTrue(condition: string, values: Values): boolean {
  const [, left, operator, right] = /^(\S+)\s*(?:(==|!=)\s*(.+))?$/s.exec(condition) ?? [];
  if (left === undefined) throw new LiquidError(`{% if ${condition} %} is not understood`);
  const value = valueOf(left, values);
  if (operator === undefined || right === undefined) return value !== 'false';
  return (value === valueOf(right, values)) === (operator === '==');
}

function outputOf(expression: string, { values, escape = text => text }: RenderOptions): string {
  const [subject = '', ...names] = expression.split('|').map(part => part.trim());
  const filtered = names.reduce(
    (text, name) => {
      const filter = filters.get(name);
      if (!filter) throw new LiquidError(`there is no filter "${name}"`);
      return filter(text);
    },
    valueOf(subject, values),
  );
  return escape(filtered);
}

function valueOf(expression: string, values: Values): string {
  const [, , literal] = /^(["'])(.*)\1$/s.exec(expression) ?? [];
  const value = literal ?? values.get(expression);
  if (value === undefined) throw new LiquidError(`there is no value "${expression}"`);
  return value;
}
