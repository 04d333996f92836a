import { plainText } from '../../common/plain-text.js';

export { plainText };

/** A time for people: `0.31`, `3.1`, `103`, `12,450`; `–` where it is not known. */
export function shortTime(ms: number | null): string {
  if (ms === null) return '–';
  const size = Math.abs(ms);
  if (size === 0) return '0';
  if (size >= 99.95) return grouped(Math.round(ms));
  if (size >= 9.95) return ms.toFixed(Number.isInteger(ms) ? 0 : 1);
  return size >= 0.995 ? ms.toFixed(1) : ms.toFixed(2);
}

/** `1,312` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `2.1 %`; `–` where it is not known. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  return `${(100 * share).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;
}

/** A rate a second. */
export function rate(perS: number | null): string {
  return perS === null ? '–' : `${shortTime(perS)}/s`;
}

/** Lines of at most `width` characters, broken between words; those after the first are indented. */
export function wrapped(text: string, width: number, indent = '  '): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plainText(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
