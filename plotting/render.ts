import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compileSpec } from './compile.js';
import { FONT_FILES, textWidth } from './font.js';
import type { CompiledSpec, Spec } from './spec.js';
import { withoutForbidden } from './xml-characters.js';

measureTextByFont();

/** Draws a Vega-Lite specification as SVG, without a display, a browser or the network. */
export async function renderSvg(spec: Spec): Promise<string> {
  return renderCompiled(compileSpec(spec));
}

/** Draws a compiled specification as SVG. */
export async function renderCompiled(compiled: CompiledSpec): Promise<string> {
  const refused: string[] = [];
  const loader = refuseToLoad((uri) => refused.push(uri));
  const view = new vega.View(vega.parse(compiled as unknown as vega.Spec), { renderer: 'none', loader });
  try {
    const svg = await view.toSVG();
    // Vega would draw the picture without the rows it could not load.
    if (refused.length > 0) throw new Error(`pictures load nothing, but ${refused[0]} was asked for`);
    return withoutForbidden(shortenNumbers(svg));
  } finally {
    view.finalize();
  }
}

/**
 * Draws an SVG as PNG with the font that comes along; fonts of the machine are not used, so pictures are the same everywhere.
 * @param options.scale pixels of the PNG for each pixel of the SVG; 2 by default, sharp on most screens and in print
 */
export async function renderPng(svg: string, { scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: [FONT_FILES.regular, FONT_FILES.bold],
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  });
  return picture.render().asPng();
}

/** Rows are inline: whatever asks for a file or a URL is a mistake. */
function refuseToLoad(onRefusal: (uri: string) => void): vega.Loader {
  const refuse = (uri: string) => {
    onRefusal(uri);
    return Promise.reject(new Error('refused'));
  };
  return Object.assign(vega.loader(), { load: refuse, sanitize: refuse, http: refuse, file: refuse });
}

/** Coordinates to a hundredth of a pixel: half the bytes, and nobody sees the difference. */
function shortenNumbers(svg: string): string {
  return svg.replaceAll(/ (?:d|transform|x|y|x2|y2|width|height)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
  );
}

/** Replaces Vega's estimate of text widths; its types do not name the hook, its source does (vega-scenegraph, util/text). */
function measureTextByFont(): void {
  interface TextItem {
    text?: unknown;
    fontSize?: number;
    fontWeight?: string | number;
    limit?: number;
  }
  const { textMetrics } = vega as unknown as { textMetrics: { width(item: TextItem, text?: unknown): number } };
  textMetrics.width = (item, text = item.text) => {
    const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600;
    // A text beyond its limit is cut when it is drawn, so it takes no more room than that.
    return Math.min(textWidth(String(text ?? ''), item.fontSize ?? 11, bold), item.limit || Infinity);
  };
}
