/** The word that was probably meant. */

/** The nearest of `words` to `word`, without regard to case; undefined when none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  // no key is that long: what is, was not mistyped
  if (word.length > 64) return undefined;
  const ranked = words.map((known) => ({ known, steps: distance(word.toLowerCase(), known.toLowerCase()) }));
  const best = ranked.reduce((a, b) => (b.steps < a.steps ? b : a), { known: '', steps: Number.POSITIVE_INFINITY });
  return best.steps <= Math.max(1, Math.floor(word.length / 3)) ? best.known : undefined;
}

/** Letters to add, drop or change to make `b` of `a` (Levenshtein). */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, above[j]! + 1, row[j - 1]! + 1));
    }
    above = row;
  }
  return above[b.length]!;
}
