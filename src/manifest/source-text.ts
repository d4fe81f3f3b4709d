// A manifest's text, able to say where an offset is. Knows nothing of TOML.
import type { SourceLocation } from '../errors.ts';

/** A range of characters (UTF-16 code units), `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** A span over several lines is shown as far as the end of its first line. */
  locate(span: Span): SourceLocation;
}

/** @param file the path as messages show it. */
export function sourceText(file: string, text: string): SourceText {
  return { file, text, locate: span => locate(file, text, span) };
}

function locate(file: string, text: string, { start, end }: Span): SourceLocation {
  const lineStart = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', start);
  const lineEnd = newline === -1 ? text.length : newline;
  const line = text.slice(lineStart, lineEnd).replace(/\r$/, '');
  return {
    file,
    line: countLines(text, lineStart),
    column: start - lineStart + 1,
    length: Math.max(1, Math.min(end, lineStart + line.length) - start),
    text: line,
  };
}

function countLines(text: string, offset: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
