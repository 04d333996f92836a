import * as fc from 'fast-check';

const word = fc.stringMatching(/^[a-zé0-9]{1,8}[,.;&"]?$/);
const words = fc.array(word, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(' '));
const path = fc.stringMatching(/^[a-z]{1,6}(\/[a-z]{1,6}){0,2}(\.html)?$/);
const title = fc.oneof(
  fc.constant(''),
  words.map((text) => ` "${text.replaceAll('"', '')}"`),
);

/** Pieces of a line; blanks around those that asterisks begin, since what touches a letter may mean something else. */
const inline = fc.oneof(
  { weight: 4, arbitrary: words },
  words.map((text) => `*${text}x*`),
  words.map((text) => `**${text}x**`),
  words.map((text) => `\`${text} < *b*\``),
  words.map((text) => `\`\`a \` ${text}\`\``),
  fc.tuple(words, path, title).map(([text, to, name]) => `[${text}](${to}${name})`),
  fc.tuple(words, path, title).map(([text, to, name]) => `![${text}](${to}${name})`),
  path.map((to) => `<https://example.org/${to}>`),
  fc.constantFrom('\\*', '\\`x\\`', '\\[a\\]', '\\\\', '\\<b\\>', '3 < 4 > 2', '1 * 2', 'a\\_b'),
);
/** Begins with a letter, so that it begins no other block. */
const line = fc
  .tuple(fc.stringMatching(/^[a-z]{2,6}$/), fc.array(inline, { maxLength: 4 }))
  .map(([first, rest]) => [first, ...rest].join(' '));
const paragraph = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom('\n', '  \n', '\\\n')), { maxLength: 2 }), line)
  .map(([before, last]) => [...before.map((pair) => pair.join('')), last].join(''));

const code = fc
  .tuple(
    fc.constantFrom('', 'js', 'c++'),
    fc.array(fc.constantFrom('a < b && "c"', '', '  *x*', '# no heading', '``'), { maxLength: 4 }),
  )
  .map(([language, lines]) => ['```' + language, ...lines, '```'].join('\n'));

const leaf = fc.oneof(
  { weight: 3, arbitrary: paragraph },
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), line, fc.constantFrom('', ' ##'))
    .map(([n, text, end]) => `${'#'.repeat(n)} ${text}${end}`),
  fc.tuple(paragraph, fc.constantFrom('===', '--')).map(([text, under]) => `${text}\n${under}`),
  code,
  fc.constantFrom('---', '* * *', '___'),
);

function indented(text: string, by: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}

/** A list of short items, tight or loose, those of a tight one perhaps with a list inside. */
const list = fc
  .tuple(
    fc.constantFrom('-', '*', '+', '1.', '7)'),
    fc.boolean(),
    fc.array(fc.tuple(line, fc.option(fc.array(line, { minLength: 1, maxLength: 2 }))), { minLength: 1, maxLength: 3 }),
  )
  .map(([marker, loose, items]) =>
    items
      .map(([text, inner]) => {
        const nested = inner === null || loose ? '' : inner.map((one) => `\n- ${one}`).join('');
        return `${marker} ${indented(text + nested, marker.length + 1)}`;
      })
      .join(loose ? '\n\n' : '\n'),
  );

const quote = fc
  .array(fc.oneof(leaf, list), { minLength: 1, maxLength: 2 })
  .map((blocks) => `> ${blocks.join('\n\n').replaceAll('\n', '\n> ')}`);

/** Documents of what the function `markdown` says that it renders as CommonMark does. */
export const markdownDocuments = fc
  .array(fc.oneof({ weight: 3, arbitrary: leaf }, list, quote), { minLength: 1, maxLength: 6 })
  .map((blocks) => `${separated(blocks)}\n`);

/** Two lists of one kind would be one: a thematic break between blocks keeps them apart. */
function separated(blocks: string[]): string {
  return blocks.join('\n\n___\n\n');
}
