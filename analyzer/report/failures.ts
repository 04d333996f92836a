import { html } from '../../plotting/html.js';
import type { Section } from '../../plotting/page.js';
import type { Analysis } from '../analysis.js';
import { count } from './numbers.js';

const EXAMPLE_CHARACTERS = 600;

/** What failed: kinds of errors, the most frequent first, each with an example. */
export function failuresSection({ errors }: Analysis): Section {
  const sorted = errors.toSorted((a, b) => b.count - a.count);
  return {
    id: 'errors',
    word: 'Errors',
    question: 'What failed?',
    body:
      sorted.length === 0
        ? html`<p>Nothing.</p>`
        : html`<div class="table">
            <table>
              <thead>
                <tr>
                  <th scope="col">function</th>
                  <th scope="col">outcome</th>
                  <th scope="col">error</th>
                  <th scope="col" class="number">status</th>
                  <th scope="col" class="number">count</th>
                  <th scope="col">an example</th>
                </tr>
              </thead>
              <tbody>
                ${sorted.map(
                  (kind) =>
                    html`<tr>
                      <td class="name">${kind.function}</td>
                      <td>${kind.outcome}</td>
                      <td>${kind.error}</td>
                      <td class="number">${kind.status ?? '–'}</td>
                      <td class="number">${count(kind.count)}</td>
                      <td class="example">
                        ${kind.example === null ? '–' : html`<code>${shortened(kind.example)}</code>`}
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`,
  };
}

function shortened(text: string): string {
  return text.length <= EXAMPLE_CHARACTERS ? text : `${text.slice(0, EXAMPLE_CHARACTERS)} …`;
}
