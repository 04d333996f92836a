const ESCAPES = new RegExp(String.raw`[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]`, 'g');

/** Names and answers may hold anything; a terminal must not act on it. Cut to `width`. */
export function plainText(text: string, width = Infinity): string {
  const plain = text.replaceAll(ESCAPES, ' ');
  return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
}
