import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { callFunction, RUNTIMES } from '../functions/call-function.js';
import { markdownDocuments } from '../functions/markdown-documents.js';
import { emptyFolder } from '../support/programs.js';
import { pythonProgram } from '../support/python-package.js';

// markdown-it-py passes the tests of CommonMark's specification; its program only shows that it is installed.
const program = pythonProgram('markdown-it', 'markdown-it-py==3.0.0');
const SCRIPT = `
import json, sys
from markdown_it import MarkdownIt
markdown = MarkdownIt("commonmark")
json.dump([markdown.render(text) for text in json.load(open(sys.argv[1]))], sys.stdout)`;

test.skipIf(program === undefined)('markdown renders its part of Markdown as CommonMark has it', async () => {
  const texts = fc.sample(markdownDocuments, { numRuns: 4_000, seed: 8 });
  const file = join(emptyFolder(), 'texts.json');
  writeFileSync(file, JSON.stringify(texts));
  const python = join(dirname(program!), 'python');
  const { stdout } = await promisify(execFile)(python, ['-c', SCRIPT, file], { maxBuffer: 2 ** 28 });
  const right = JSON.parse(stdout) as string[];
  for (const runtime of RUNTIMES) {
    const path = `markdown/markdown.${runtime === 'node' ? 'js' : 'py'}`;
    const called = await callFunction(
      path,
      runtime,
      'main',
      texts.map((text) => ({ text })),
    );
    for (const [at, { answer }] of called.entries()) {
      const { html_response: html } = answer as { html_response: string };
      expect(html, texts[at]).toBe(right[at]);
    }
  }
});
