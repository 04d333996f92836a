/** Bytes at an offset by which a format is known. `RIFF` files tell their kind only after their length. */
const SIGNATURES: readonly { contentType: string; offset: number; bytes: readonly number[] }[] = [
  { contentType: 'image/jpeg', offset: 0, bytes: [0xff, 0xd8, 0xff] },
  { contentType: 'image/png', offset: 0, bytes: [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a] },
  { contentType: 'image/gif', offset: 0, bytes: ascii('GIF8') },
  { contentType: 'image/webp', offset: 8, bytes: ascii('WEBP') },
  { contentType: 'audio/wav', offset: 8, bytes: ascii('WAVE') },
  { contentType: 'image/tiff', offset: 0, bytes: [...ascii('II'), 0x2a, 0] },
  { contentType: 'image/tiff', offset: 0, bytes: [...ascii('MM'), 0, 0x2a] },
  { contentType: 'image/bmp', offset: 0, bytes: ascii('BM') },
  { contentType: 'application/pdf', offset: 0, bytes: ascii('%PDF-') },
  { contentType: 'application/zip', offset: 0, bytes: [...ascii('PK'), 3, 4] },
  { contentType: 'application/gzip', offset: 0, bytes: [0x1f, 0x8b] },
  { contentType: 'audio/mpeg', offset: 0, bytes: ascii('ID3') },
  { contentType: 'video/mp4', offset: 4, bytes: ascii('ftyp') },
];

/** The media type that the first bytes of a file tell, else `application/octet-stream`. */
export function contentTypeOf(bytes: Uint8Array): string {
  const known = SIGNATURES.find((signature) =>
    signature.bytes.every((byte, i) => bytes[signature.offset + i] === byte),
  );
  return known?.contentType ?? 'application/octet-stream';
}

function ascii(text: string): number[] {
  return [...text].map((char) => char.charCodeAt(0));
}
