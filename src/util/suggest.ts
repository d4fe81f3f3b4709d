// "Did you mean": the candidate nearest to a misspelt word, or none when nothing is near.

/** Edits (insert, delete, replace, swap of neighbours) that a word may be away, by its length. */
const allowedDistance = (length: number): number => (length <= 3 ? 1 : length <= 7 ? 2 : 3);

export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = allowedDistance(word.length) + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Damerau's distance in its restricted form: no pair of letters is swapped and then edited again. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let distance = Math.min(replaced, at(last, column) + 1, at(current, column - 1) + 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) distance = Math.min(distance, at(beforeLast, column - 2) + 1);
      current.push(distance);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

/** The row's cell; every index that is asked for has been filled. */
const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
