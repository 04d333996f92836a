import { figureHtml, switchedFigures } from '../plotting/figure.js';
import { html, type Html } from '../plotting/html.js';
import type { Section } from '../plotting/page.js';
import { isChart, type Chart, type NoChart } from './charts/chart.js';

type Drawn = readonly (Chart | NoChart)[];

/** The sections of pictures, in the order of the reader's questions. */
export async function pictureSections(charts: Drawn): Promise<Section[]> {
  const picture = (name: string) => pictureOf(charts, name);
  return [
    {
      id: 'distribution',
      word: 'Distribution',
      question: 'Where in the distribution?',
      body: [await distributions(charts), await picture('quantile-shift')],
    },
    {
      id: 'cold-starts',
      word: 'Cold starts',
      question: 'How long did warm and cold starts take?',
      body: await picture('warm-cold'),
    },
    {
      id: 'load',
      word: 'Load',
      question: 'What does the load do?',
      body: await picture('load-curve'),
    },
    {
      id: 'hosts',
      word: 'Hosts',
      question: 'What did the hosts do at each rate?',
      body: await picture('counters'),
    },
    {
      id: 'trend',
      word: 'Trend',
      question: 'How did it change from run to run?',
      body: await picture('trend'),
    },
    {
      id: 'time',
      word: 'Time',
      question: 'What happened when?',
      body: await picture('latency-over-time'),
    },
  ];
}

/** A figure, or the reason why there is none. */
export async function pictureOf(charts: Drawn, name: string): Promise<Html> {
  const drawn = charts.find((chart) => chart.name === name)!;
  return isChart(drawn) ? figureHtml(drawn) : html`<p class="quiet">${drawn.why}</p>`;
}

/** The percentile curves, with a switch to the cumulative distributions. */
async function distributions(charts: Drawn): Promise<Html> {
  const two = charts.filter(({ name }) => name === 'percentiles' || name === 'cdf');
  const figures = two.filter(isChart);
  return figures.length < 2 ? pictureOf(charts, figures[0]?.name ?? 'cdf') : switchedFigures('distribution', figures);
}
