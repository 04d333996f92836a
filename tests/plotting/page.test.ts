import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { figureHtml, switchedFigures } from '../../plotting/figure.js';
import { html } from '../../plotting/html.js';
import { pageHtml } from '../../plotting/page.js';

const figure = (name: string, title = 'Latency') => ({
  name,
  title,
  caption: 'A line & a half.',
  spec: {
    width: 200,
    height: 60,
    data: { values: [{ x: 1, y: 2, name: '</script><b>' }] },
    mark: 'point',
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'y', type: 'quantitative' },
      color: { field: 'name' },
    },
  },
});

test('a page allows exactly its own scripts, by hash, and no load at all', () => {
  const page = pageHtml({ title: 'T', head: html`<h1>T</h1>`, sections: [] });
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!.replaceAll('&#39;', "'");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|\*|connect-src/);
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script!);
  expect(scripts).toHaveLength(2);
  for (const script of scripts) expect(policy).toContain(createHash('sha256').update(script).digest('base64'));
});

test('a figure holds its drawing, its specification as data, and its caption', async () => {
  const { markup } = await figureHtml(figure('latency', 'p99 < 5 "ms"'));
  expect(markup).toContain('<svg role="img" aria-label="p99 &lt; 5 &quot;ms&quot;"');
  expect(markup).toContain('A line &amp; a half.');
  const data = /<script type="application\/json" class="spec">([\s\S]*?)<\/script>/.exec(markup)![1]!;
  const spec = JSON.parse(data) as { marks: unknown[]; background: unknown };
  expect(spec.marks.length).toBeGreaterThan(0);
  expect(spec.background).toBeNull();
  expect(data).toContain('\\u003c/script>');
});

test('of switched figures the first is chosen, and each has a label', async () => {
  const { markup } = await switchedFigures('which', [figure('a', 'First'), figure('b', 'Second')]);
  expect(markup.match(/type="radio"/g)).toHaveLength(2);
  expect(markup.match(/checked/g)).toHaveLength(1);
  expect(markup).toMatch(/for="show-b"\s*>Second</);
});

test('titles, questions and words of sections are text', () => {
  const page = pageHtml({
    title: '<b>title</b>',
    head: '<b>head</b>',
    sections: [{ id: 's', word: '<b>word</b>', question: '<b>question</b>', body: '<b>body</b>' }],
  });
  for (const place of ['title', 'head', 'word', 'question', 'body']) {
    expect(page).toContain(`&lt;b&gt;${place}&lt;/b&gt;`);
    expect(page).not.toContain(`<b>${place}</b>`);
  }
});
