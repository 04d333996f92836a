import { figureHtml, switchedFigures } from '../../plotting/figure.js';
import { html } from '../../plotting/html.js';
import type { Section } from '../../plotting/page.js';
import type { Analysis } from '../analysis.js';
import type { Chart } from '../charts/chart.js';
import { monitorTablesHtml } from './monitors.js';
import { workerPodsPart } from './worker-pods.js';

/** How is it distributed: percentiles, with a switch to the cumulative distribution. */
export async function distributionSection(charts: readonly Chart[]): Promise<Section> {
  const shown = ['percentiles', 'cdf'].flatMap((name) => charts.filter((chart) => chart.name === name));
  return {
    id: 'distribution',
    word: 'Distribution',
    question: 'How is it distributed?',
    body:
      shown.length === 0
        ? html`<p>No invocation of this run has a response time, and no activation a latency.</p>`
        : await switchedFigures('distribution', shown),
  };
}

/** What happened when: one time axis, also for the monitors of the hosts. */
export async function timelineSection(analysis: Analysis, charts: readonly Chart[]): Promise<Section> {
  const timeline = charts.find(({ name }) => name === 'timeline');
  return {
    id: 'time',
    word: 'Time',
    question: 'What happened when?',
    body: html`<p class="quiet live-only">
        Drag over the arrivals to look at a stretch of the run; all rows follow. A double click there shows the whole
        run again.
      </p>
      ${timeline !== undefined && (await figureHtml(timeline))} ${monitorTablesHtml(analysis)}
      ${analysis.monitoring.pods !== null && workerPodsPart(analysis.monitoring.pods)}`,
  };
}

/** Why were there cold starts: by idle time and by concurrency. */
export async function coldStartSection(analysis: Analysis, charts: readonly Chart[]): Promise<Section> {
  const shown = charts.filter(({ name }) => name.startsWith('cold-starts'));
  const told = analysis.functions.some(({ cold_share }) => cold_share.n > 0);
  return {
    id: 'cold-starts',
    word: 'Cold starts',
    question: 'Why were there cold starts?',
    body:
      shown.length > 0
        ? html`${await Promise.all(shown.map((chart) => figureHtml(chart)))}`
        : html`<p>
            ${told ? 'There was none.' : "The platform's records do not tell which activations were cold, or were not pulled."}
          </p>`,
  };
}
