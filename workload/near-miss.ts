import { distance } from 'fastest-levenshtein';

/**
 * The name that was probably meant by one that nobody knows, or undefined. Capitals and separators do not count; one
 * wrong letter does, two from five letters on, three from twelve on, and two letters exchanged.
 */
export function nearestName(unknown: string, known: readonly string[]): string | undefined {
  const word = plain(unknown);
  let nearest: { name: string; steps: number } | undefined;
  for (const name of known) {
    const target = plain(name);
    const steps = distance(word, target);
    const allowed = target.length >= 12 ? 3 : target.length >= 5 ? 2 : 1;
    if ((steps <= allowed || (steps <= 2 && sameLetters(word, target))) && steps < (nearest?.steps ?? Infinity)) {
      nearest = { name, steps };
    }
  }
  return nearest?.name;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function sameLetters(a: string, b: string): boolean {
  return [...a].sort().join('') === [...b].sort().join('');
}
