/**
 * Gives an SVG ids of its own, `<prefix>-1` on, and has its references follow. An id counts for the whole page: of two
 * clip paths with one id the browser takes the first, and none at all where that one stands in a picture that is not shown.
 * Vega numbers the clips of all pictures that it has drawn, in its process and in the page each from 1, so a drawing's ids
 * and those of the live figure beside it could be the same.
 *
 * @param svg as Vega writes it: no `<` or `>` within texts and attributes
 */
export function withOwnIds(svg: string, prefix: string): string {
  const owned = new Map<string, string>();
  for (const [, id] of tagsOf(svg)
    .join('')
    .matchAll(/ id="([^"]*)"/g))
    if (!owned.has(id!)) owned.set(id!, `${prefix}-${owned.size + 1}`);
  // Only within tags: a label may be a text that looks like a reference.
  return svg.replaceAll(TAG, (tag) =>
    tag.replaceAll(/( id="|url\(#|href="#)([^")]*)/g, (whole, before: string, id: string) => {
      const own = owned.get(id);
      return own === undefined ? whole : before + own;
    }),
  );
}

const TAG = /<[^<>]*>/g;

function tagsOf(svg: string): string[] {
  return svg.match(TAG) ?? [];
}
