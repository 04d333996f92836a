import { html, jsonForScript, trustedHtml, type Html } from './html.js';
import { compileSpec } from './compile.js';
import { renderCompiled } from './render.js';
import type { Spec } from './spec.js';
import { withOwnIds } from './svg-ids.js';

/** A picture for a page. */
export interface Figure {
  /** unique in its page: letters, digits, `-` */
  name: string;
  /** what it shows, for those who cannot see it and for the switch between two figures */
  title: string;
  /** one or two sentences below it: what to see, what was binned or left out */
  caption: string;
  spec: Spec;
}

/** Higher drawings are not made to fit a page of paper, where their letters would be too small to read. */
const TALL = 1_700;

/**
 * A figure as HTML: the drawn SVG, which stands without JavaScript and on paper, and the compiled specification beside it,
 * from which page.js draws the one that answers the pointer.
 */
export async function figureHtml({ name, title, caption, spec }: Figure): Promise<Html> {
  const compiled = { ...compileSpec({ ...spec, title: undefined }), background: null };
  const svg = withOwnIds(accessible(await renderCompiled(compiled), title), `drawn-${name}`);
  const [, height] = /^<svg [^>]* height="(\d+)/.exec(svg)!;
  return html`<figure class="figure${Number(height) > TALL ? ' tall' : ''}" id="figure-${name}">
    <div class="drawn">${trustedHtml(svg)}</div>
    <div class="live" hidden></div>
    <script type="application/json" class="spec">
      ${trustedHtml(jsonForScript(compiled))}
    </script>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** Several figures of which one is shown: radio buttons and CSS, so that it works by keyboard and without JavaScript. */
export async function switchedFigures(group: string, figures: readonly Figure[]): Promise<Html> {
  const panels = await Promise.all(figures.map((figure) => figureHtml(figure)));
  const inputs = figures.map(
    ({ name, title }, i) =>
      html`<input type="radio" name="${group}" id="show-${name}" ${i === 0 ? trustedHtml('checked') : null} /><label
          for="show-${name}"
          >${title}</label
        >`,
  );
  return html`<div class="switch">
    ${inputs}
    <div class="panels">${panels}</div>
  </div>`;
}

/** One picture for a screen reader, with its name, instead of hundreds of nested groups. */
function accessible(svg: string, title: string): string {
  const label = html`${title}`.markup;
  return svg
    .replaceAll(/ (?:aria-[a-z]+|role)="[^"]*"/g, '')
    .replace('<svg ', `<svg role="img" aria-label="${label}" `);
}
