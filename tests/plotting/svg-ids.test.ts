import { expect, test } from 'vitest';
import { figureHtml } from '../../plotting/figure.js';
import { withOwnIds } from '../../plotting/svg-ids.js';

test('ids are numbered under the prefix, and every kind of reference follows', () => {
  const svg =
    '<svg><defs><clipPath id="clip7"><rect/></clipPath><linearGradient id="gradient_0"/></defs>' +
    '<g clip-path="url(#clip7)"><path fill="url(#gradient_0)"/></g><use xlink:href="#clip7"/><use href="#gradient_0"/></svg>';
  expect(withOwnIds(svg, 'drawn-a')).toBe(
    '<svg><defs><clipPath id="drawn-a-1"><rect/></clipPath><linearGradient id="drawn-a-2"/></defs>' +
      '<g clip-path="url(#drawn-a-1)"><path fill="url(#drawn-a-2)"/></g><use xlink:href="#drawn-a-1"/><use href="#drawn-a-2"/></svg>',
  );
});

test('a label that looks like an id or a reference stays as it is, and so does a reference to what is not there', () => {
  const text = '<text> id="clip1" url(#clip1) href="#clip1"</text>';
  const svg = `<svg><clipPath id="clip1"/>${text}<g clip-path="url(#clip12)"/></svg>`;
  expect(withOwnIds(svg, 'p')).toBe(`<svg><clipPath id="p-1"/>${text}<g clip-path="url(#clip12)"/></svg>`);
});

test('two figures of one page share no id, and a figure is the same whatever was drawn before it', async () => {
  const figure = (name: string) => ({
    name,
    title: 'Latency',
    caption: '',
    spec: {
      data: { values: [{ x: 1, y: 2 }] },
      mark: { type: 'line', clip: true },
      encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
    },
  });
  const ids = (markup: string) => [...markup.matchAll(/<clipPath id="([^"]+)"/g)].map(([, id]) => id);
  const [a, b, again] = [await figureHtml(figure('a')), await figureHtml(figure('b')), await figureHtml(figure('a'))];
  expect(ids(a.markup)).toEqual(['drawn-a-1']);
  expect(ids(b.markup)).toEqual(['drawn-b-1']);
  expect(again.markup).toBe(a.markup);
});
