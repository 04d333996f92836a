/**
 * Characters that XML forbids, halves of pairs among them: names may hold them, and no program would read the file then.
 * @see Extensible Markup Language 1.0, 2.2 Characters
 */
// eslint-disable-next-line no-control-regex -- these characters are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu;

/** They become visible marks. */
export function withoutForbidden(xml: string): string {
  return xml.replaceAll(FORBIDDEN, '\ufffd');
}
