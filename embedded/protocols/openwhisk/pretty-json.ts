/**
 * JSON as the real system's web actions print it: an object's members in lines of their own, indented by two, the elements
 * of a list in one line.
 */
export function prettyJson(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return `[${value.map((element) => prettyJson(element, indent)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const members = Object.entries(value).map(
    ([key, member]) => `${inner}${JSON.stringify(key)}: ${prettyJson(member, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}
