/** `application/json` and its relatives. */
export function isJson(type: string): boolean {
  return /^application\/([\w.-]+\+)?json$/i.test(bare(type));
}

/** Whether content of this type is text; what is not goes in base64, into a function and out of it. */
export function isText(type: string): boolean {
  return /^(text\/.+|application\/(([\w.-]+\+)?(json|xml)|javascript|x-www-form-urlencoded))$/i.test(bare(type));
}

/** The type with the charset that its text is sent in; JSON has no other. */
export function withCharset(type: string): string {
  return !isText(type) || isJson(type) || /;\s*charset=/i.test(type) ? type : `${bare(type)}; charset=UTF-8`;
}

/** Whether this is a media type at all. */
export function isMediaType(type: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;.*)?$/.test(type);
}

function bare(type: string): string {
  return type.split(';', 1)[0]!.trim();
}
