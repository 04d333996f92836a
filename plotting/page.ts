import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot, packageVersion } from '../common/package-root.js';
import { html, trustedHtml, type Content, type Html } from './html.js';

/** A page in sections, each of which answers one question. */
export interface Page {
  title: string;
  /** above the sections, in full width: the verdict */
  head: Content;
  sections: readonly Section[];
  /** laid over the sections until the checkbox `lift-veil` in the head is ticked */
  veiled?: boolean;
}

/** The checkbox that lifts the veil, for the head of a veiled page. */
export const LIFT_VEIL = html`<p>
  <input type="checkbox" id="lift-veil" /><label for="lift-veil">Show the figures all the same</label>
</p>`;

export interface Section {
  /** unique in its page: letters, digits, `-` */
  id: string;
  /** the question as the reader has it */
  question: string;
  /** one word for the page's contents */
  word: string;
  body: Content;
}

/**
 * One self-contained HTML file: styles, the drawing library and all figures are inside, and its policy forbids the browser
 * to load anything else or to run any script but its own two.
 */
export function pageHtml({ title, head, sections, veiled = false }: Page): string {
  const style = asset('page.css');
  const scripts = [vegaForBrowsers(), asset('page.js')];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyFor(scripts)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="faaslab ${packageVersion()}" />
        <title>${title}</title>
        <style>
          ${trustedHtml(style)}
        </style>
      </head>
      <body>
        <header>${head}</header>
        <nav aria-label="Contents">${sections.map(({ id, word }) => html`<a href="#${id}">${word}</a>`)}</nav>
        <main>
          ${veiled && html`<label class="veil" for="lift-veil" title="Show the figures all the same"></label>`}
          ${sections.map(sectionHtml)}
        </main>
        ${scripts.map((script) => trustedHtml(`<script>${script}</script>\n`))}
      </body>
    </html> `;
  return page.markup;
}

function sectionHtml({ id, question, body }: Section): Html {
  return html`<section id="${id}">
    <h2>${question}</h2>
    ${body}
  </section>`;
}

/** Vega compiles its expressions with `Function`, hence unsafe-eval; which scripts run at all is settled by their hashes. */
function policyFor(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')} 'unsafe-eval'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function vegaForBrowsers(): string {
  const entry = createRequire(import.meta.url).resolve('vega');
  return forScriptElement(readFileSync(join(dirname(entry), 'vega.min.js'), 'utf8'));
}

function asset(name: string): string {
  return forScriptElement(readFileSync(join(packageRoot, 'plotting', 'assets', name), 'utf8'));
}

/** Inside a script element only its end tag is read; in a string of JavaScript the backslash changes nothing. */
function forScriptElement(script: string): string {
  return script.replaceAll('</script', String.raw`<\/script`).trim();
}
