import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeHtml, html, jsonForScript, trustedHtml } from '../../plotting/html.js';

test('inserted text is escaped, Html is not, lists are joined, null and false leave nothing', () => {
  const name = `<script>alert("1" & '2')</script>`;
  expect(html`<td title="${name}">${name}</td>`.markup).toBe(
    '<td title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">' +
      '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</td>',
  );
  expect(html`${[1, 2].map((n) => html`<i>${n}</i>`)}${null}${false}${undefined}${0}`.markup).toBe('<i>1</i><i>2</i>0');
  expect(html`${trustedHtml('<b>')}`.markup).toBe('<b>');
});

test('characters that HTML forbids become visible marks', () => {
  expect(escapeHtml('a\u0000b\u001bc\nd')).toBe('a\ufffdb\ufffdc\nd');
});

test('no text can open or close a tag or an attribute', () => {
  const unit = fc.constantFrom('<', '>', '"', "'", '&', ';', 'a', '\u0000', '\u2028');
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']/);
    }),
  );
});

test('JSON in a script element never closes it and reads back the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = jsonForScript([value, '</script><!--\u2028']);
      expect(text).not.toMatch(/[<\u2028\u2029]/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify([value, '</script><!--\u2028'])));
    }),
  );
});
