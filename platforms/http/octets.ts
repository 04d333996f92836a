/** Bytes that frame an HTTP message, and the classes of RFC 9110 5.5 and 5.6.2. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const ZERO = 0x30;
export const NINE = 0x39;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;

/** Bytes of a status line and its headers, or of trailers: more is no answer that anybody meant. */
export const LONGEST_HEAD = 65_536;

const TOKEN = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[char.charCodeAt(0)] = 1;
}

/** Whether a byte may stand in the name of a header. */
export function isToken(byte: number): boolean {
  return TOKEN[byte] === 1;
}

/** Space or tab: what RFC 9110 5.6.3 allows around values. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** Whether a byte may stand in the value of a header. */
export function isVisible(byte: number): boolean {
  return byte === TAB || (byte >= SPACE && byte !== 0x7f);
}

/** The value of a hexadecimal digit, -1 for any other byte. */
export function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
