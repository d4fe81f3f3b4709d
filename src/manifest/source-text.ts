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
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  return {
    file,
    text,
    locate({ start, end }) {
      const line = lineOf(lineStarts, start);
      const lineStart = lineStarts[line] ?? 0;
      const shown = text.slice(lineStart, (lineStarts[line + 1] ?? text.length + 1) - 1).replace(/\r$/, '');
      const length = Math.max(1, Math.min(end, lineStart + shown.length) - start);
      return { file, line: line + 1, column: start - lineStart + 1, length, text: shown };
    },
  };
}

/** The index of the last line that starts at or before the offset. */
function lineOf(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  for (let high = lineStarts.length; high - low > 1;) {
    const middle = (low + high) >>> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
