'use strict';
/**
 * Renders Markdown as HTML: headings, paragraphs, fenced code, quotes, lists, thematic breaks; emphasis by asterisks, code,
 * links, images, autolinks, hard breaks, backslash escapes. Within this subset the HTML is that of CommonMark 0.31
 * (https://spec.commonmark.org). Not in it: raw HTML and entities (escaped), indented code, tabs, reference links, nested
 * emphasis, lazy continuation lines, blank lines inside a list's nested blocks. The twin of markdown.py.
 */
const { createHash } = require('node:crypto');

const MOST_REPEATS = 1_000;
const MOST_CHARACTERS = 1_000_000;
const BREAK = /^([-*_])( *\1){2,} *$/;
const FENCE = /^(`{3,}) *([^ `]*)[^`]*$/;
const HEADING = /^(#{1,6})(?: +([^\n]*?))?(?: +#+)? *$/;
const ITEM = /^([-*+]|([0-9]{1,9})([.)])) {1,4}(?=[^ ])/;
const UNDERLINE = /^(=+|-+) *$/;
/** What ends a paragraph without a blank line: of ordered lists only one that begins with 1. */
const INTERRUPTS = /^(#{1,6}( |$)|`{3,}[^`]*$|>|[-*+] {1,4}[^ ]|1[.)] {1,4}[^ ])/;
const BLANK = /^ *$/;

/** OpenWhisk's entry: `text`, or `markdown` in base64 as FaaSProfiler's clients send it, or `repeat` times the sample. */
function main(params) {
  try {
    return rendered(params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  return rendered(event ?? {});
}

/**
 * @returns how many characters came in and went out, the SHA-256 of the HTML, and the HTML itself where the caller gave the text
 * @throws  Error the HTML opens and closes different numbers of elements
 */
function rendered(params) {
  const given = textOf(params);
  const text = given ?? SAMPLE.repeat(whole(params.repeat, 'repeat', 1, MOST_REPEATS, 10));
  const characters = [...text].length;
  if (characters > MOST_CHARACTERS) throw new RangeError(`the text must have at most ${MOST_CHARACTERS} characters`);
  const html = blocks(text.replaceAll('\r\n', '\n').split('\n'), false);
  const count = (pattern) => html.match(pattern)?.length ?? 0;
  if (count(/<[a-z]/g) - count(/<(hr|br|img) /g) !== count(/<\//g)) {
    throw new Error('self-check: the HTML opens and closes different numbers of elements');
  }
  const digest = createHash('sha256').update(html).digest('hex');
  const counts = { characters, html_characters: [...html].length, digest };
  return given === null ? counts : { ...counts, html_response: html };
}

function textOf({ text, markdown }) {
  if (typeof text === 'string') return text;
  if (text !== undefined) throw new TypeError(`text must be a text, got ${JSON.stringify(text)}`);
  if (markdown === undefined) return null;
  if (typeof markdown === 'string' && /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(markdown)) {
    return Buffer.from(markdown, 'base64').toString('utf8');
  }
  throw new TypeError('markdown must be base64; plain text goes into text');
}

/** The HTML of some lines. `tight`: paragraphs without their element, as in a list without blank lines. */
function blocks(lines, tight) {
  let html = '';
  let at = 0;
  while (at < lines.length) {
    const [length, block] = blockAt(lines, at, tight);
    html += block;
    at += length;
  }
  return html;
}

/** How many lines the block has that begins here, and its HTML. */
function blockAt(lines, at, tight) {
  const line = lines[at];
  if (BLANK.test(line)) return [1, ''];
  const fence = FENCE.exec(line);
  if (fence !== null) return codeBlock(lines, at, fence);
  const heading = HEADING.exec(line);
  if (heading !== null) return [1, element(`h${heading[1].length}`, inlines(trimmed(heading[2] ?? '')))];
  if (BREAK.test(line)) return [1, '<hr />\n'];
  if (line.startsWith('>')) {
    const end = endOf(lines, at, (next) => next.startsWith('>'));
    const quoted = lines.slice(at, end).map((next) => next.replace(/^> ?/, ''));
    return [end - at, `<blockquote>\n${blocks(quoted, false)}</blockquote>\n`];
  }
  if (ITEM.test(line)) return listBlock(lines, at);
  const end = endOf(lines, at + 1, (next) => !BLANK.test(next) && !INTERRUPTS.test(next) && !breaks(next));
  const text = inlines(trimmed(lines.slice(at, end).map(trimmedStart).join('\n')));
  const underline = end < lines.length ? UNDERLINE.exec(lines[end]) : null;
  if (underline !== null) return [end + 1 - at, element(underline[1].startsWith('=') ? 'h1' : 'h2', text)];
  return [end - at, tight ? `${text}\n` : element('p', text)];
}

function breaks(line) {
  return BREAK.test(line) || UNDERLINE.test(line);
}

/** The first line from here on that does not belong. */
function endOf(lines, from, belongs) {
  let end = from;
  while (end < lines.length && belongs(lines[end])) end += 1;
  return end;
}

function codeBlock(lines, at, [, ticks, language]) {
  const close = new RegExp(`^\`{${ticks.length},} *$`);
  const end = endOf(lines, at + 1, (next) => !close.test(next));
  const code = lines.slice(at + 1, end).map((next) => `${escaped(next)}\n`);
  const mark = language === '' ? '' : ` class="language-${escaped(language)}"`;
  return [end + 1 - at, `<pre><code${mark}>${code.join('')}</code></pre>\n`];
}

/** A list is items of one kind of marker; what is indented as deep as an item's text belongs to the item. */
function listBlock(lines, from) {
  const [, bullet, start, delimiter] = ITEM.exec(lines[from]);
  const items = [];
  let [width, blanks, loose, at] = [0, 0, false, from];
  for (; at < lines.length; at += 1) {
    const line = lines[at];
    if (BLANK.test(line)) {
      blanks += 1;
      continue;
    }
    const marker = BREAK.test(line) ? null : ITEM.exec(line);
    const isItem = marker !== null && (delimiter === undefined ? marker[1] === bullet : marker[3] === delimiter);
    if (isItem) width = marker[0].length;
    else if (!line.startsWith(' '.repeat(width))) break;
    if (blanks > 0) loose = true;
    if (isItem) items.push([]);
    else items.at(-1).push(...Array(blanks).fill(''));
    items.at(-1).push(line.slice(width));
    blanks = 0;
  }
  const tag = start === undefined ? 'ul' : 'ol';
  const first = start === undefined || Number(start) === 1 ? '' : ` start="${Number(start)}"`;
  return [at - from, `<${tag}${first}>\n${items.map((item) => itemHtml(item, loose)).join('')}</${tag}>\n`];
}

/** Text stands on the line of its item's tags, a block on lines of its own. */
function itemHtml(lines, loose) {
  const inner = blocks(lines, !loose);
  const head = /^<(p|h[1-6]|pre|ul|ol|blockquote|hr)[ >]/.test(inner) ? '\n' : '';
  const text = /(<\/(p|h[1-6]|pre|ul|ol|blockquote)>|<hr \/>)\n$/.test(inner) ? inner : inner.slice(0, -1);
  return `<li>${head}${text}</li>\n`;
}

function element(tag, inner) {
  return `<${tag}>${inner}</${tag}>\n`;
}

/** What may begin with each of the characters that mean something, and what it becomes; the first that fits is taken. */
const INLINES = [
  [/\\([!-/:-@[-`{-~])/y, ([, char]) => escaped(char)],
  [/(?: {2,}|\\)\n/y, () => '<br />\n'],
  [/ *\n/y, () => '\n'],
  [/(?<!`)(`+)(?!`)([^]*?[^`])\1(?!`)/y, ([, , code]) => `<code>${escaped(codeText(code))}</code>`],
  [/!\[([^\]\n]*)\]\(([^ ()\n]*)(?: "([^"\n]*)")?\)/y, ([, text, url, title]) => image(text, url, title)],
  [/\[([^\]\n]*)\]\(([^ ()\n]*)(?: "([^"\n]*)")?\)/y, ([, text, url, title]) => link(inlines(text), url, title)],
  [/<([a-z][a-z0-9+.-]+:[^ <>\n]*)>/y, ([, url]) => link(escaped(url), url)],
  [/\*\*(?=[^ \n*])([^*]*[^ \n*])\*\*(?!\*)/y, ([, text]) => `<strong>${inlines(text)}</strong>`],
  [/\*(?=[^ \n*])([^*]*[^ \n*])\*(?!\*)/y, ([, text]) => `<em>${inlines(text)}</em>`],
  [/[^\\`![<*\n ]+/y, ([text]) => escaped(text)],
];

function inlines(text) {
  let html = '';
  let at = 0;
  while (at < text.length) {
    const [length, become] = inlineAt(text, at);
    html += become;
    at += length;
  }
  return html;
}

function inlineAt(text, at) {
  for (const [pattern, become] of INLINES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) return [found[0].length, become(found)];
  }
  return [1, escaped(text[at])];
}

/** Line ends are blanks; one blank at each end is taken away where there is more than blanks. */
function codeText(code) {
  const line = code.replaceAll('\n', ' ');
  return line.startsWith(' ') && line.endsWith(' ') && trimmed(line) !== '' ? line.slice(1, -1) : line;
}

function image(text, url, title) {
  return `<img src="${escaped(url)}" alt="${escaped(text)}"${titleOf(title)} />`;
}

function link(html, url, title) {
  return `<a href="${escaped(url)}"${titleOf(title)}>${html}</a>`;
}

function titleOf(title) {
  return title === undefined ? '' : ` title="${escaped(title)}"`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function trimmedStart(text) {
  return text.replace(/^ +/, '');
}

function trimmed(text) {
  return trimmedStart(text).replace(/ +$/, '');
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

/** One of each, in the mixture of a README. */
const SAMPLE = `# A function, measured

Load is *offered*, not awaited: an invocation is sent **when the plan says so**, whatever became of the one before.
What comes back is a record with \`waitTime\`, \`initTime\` & \`duration\`;  
see <https://openwhisk.apache.org> or [the reference](https://example.org/reference "all columns").

## What to expect

1. a cold start: the worker is made, and the code loaded
2. warm starts: neither
   - as long as the worker is kept
   - and until it is *needed elsewhere*
3. an answer

> A mean hides what the tail shows.
>
> - p50: 12 ms
> - p99: 340 ms

\`\`\`json
{ "application": "markdown", "rate": 20, "activity_window": [2, 10] }
\`\`\`

* * *

![a histogram](plots/response.svg "response times") Times are in milliseconds, \\*not\\* in seconds; x < y && y > z.

`;

exports.main = main;
exports.handler = handler;
