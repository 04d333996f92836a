/** Text that is already HTML. Only `html` and `trustedHtml` make it, so a name from a config cannot become markup by mistake. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, lists are joined, null and false leave nothing. */
export type Content = Html | string | number | null | false | undefined | readonly Content[];

/** A template whose inserted values are escaped unless they are Html themselves: html`<td>${name}</td>`. */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Html {
  return { markup: strings.map((text, i) => text + (i < contents.length ? markupOf(contents[i]) : '')).join('') };
}

/** Markup that we made ourselves, such as a rendered SVG. Never for what comes from a config or a record. */
export function trustedHtml(markup: string): Html {
  return { markup };
}

function markupOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (Array.isArray(content)) return content.map(markupOf).join('');
  if (typeof content === 'object') return (content as Html).markup;
  return escapeHtml(String(content));
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text for an element's content or a quoted attribute. Control characters, which HTML forbids, become visible marks. */
export function escapeHtml(text: string): string {
  return (
    text
      .replaceAll(/[&<>"']/g, (char) => ESCAPES[char]!)
      // eslint-disable-next-line no-control-regex -- these characters are what is looked for
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
  );
}

/** JSON for the inside of a script element: no `<` is left that could close it or open a comment. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
