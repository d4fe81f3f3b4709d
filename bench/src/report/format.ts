// Numbers as people read them.
import type { Spread } from '../statistics.ts';

/** Three significant digits, or whole numbers with thousands apart. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** `12,345 /s (12,000 to 12,500)`. */
export function formatSpread({ median, min, max }: Spread, unit = ''): string {
  const middle = `${formatNumber(median)}${unit === '' ? '' : ` ${unit}`}`;
  return min === max ? middle : `${middle} (${formatNumber(min)} to ${formatNumber(max)})`;
}

/** Rows to a Markdown table; all but the first column are numbers, to the right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return [header, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
