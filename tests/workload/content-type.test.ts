import { expect, test } from 'vitest';
import { contentTypeOf } from '../../workload/content-type.js';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test.each([
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
  ['GIF89a', 'image/gif'],
  ['RIFF\x24\0\0\0WEBPVP8 ', 'image/webp'],
  ['RIFF\x24\0\0\0WAVEfmt ', 'audio/wav'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['BM', 'image/bmp'],
  ['%PDF-1.7', 'application/pdf'],
  ['PK\x03\x04', 'application/zip'],
  ['\x1f\x8b\x08', 'application/gzip'],
  ['ID3\x04', 'audio/mpeg'],
  ['\0\0\0\x18ftypmp42', 'video/mp4'],
  ['\x89PN', 'application/octet-stream'],
  ['hello', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('%j begins a file of type %s', (beginning, contentType) => {
  expect(contentTypeOf(latin1(beginning))).toBe(contentType);
});
