import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import type { FunctionResult } from '../../analyzer/results.js';
import { databaseOf, recordingServer } from '../support/couchdb-double.js';
import { emptyFolder, programEnded } from '../support/programs.js';
import { differences, figuresOf, leavesOf, type Figures } from './analysis-figures.js';
import { makeOddRun, type OddRun, type OddRunOptions } from './odd-run.js';
import { askPandas, pandasPython } from './real-pandas.js';
import { annotated, type WhiskDocument } from './whisk-documents.js';

const python = pandasPython();

type Analyzed = Analysis & { results: FunctionResult[] };

/** The command as a user runs it, with the documents coming from a database over HTTP, or from a file. */
async function analyzed(
  { directory, documents }: OddRun,
  documentsFile?: string,
): Promise<{ analysis: Analyzed; factors: Figures }> {
  // A document without a start has no place in the view; the stand-in could not put it in order.
  const server = await recordingServer(databaseOf(documents.filter(({ start }) => start !== undefined)));
  onTestFinished(() => server.close());
  const from = documentsFile === undefined ? ['--couchdb', server.url] : ['--documents', documentsFile];
  const ended = await programEnded(
    'WorkloadAnalyzer',
    ['--run', directory, '--json', '-r', '-v', '-c', '--wait', '0', ...from],
    { cwd: directory, env: { COUCHDB_USER: 'reader', COUCHDB_PASSWORD: 'secret' } },
  );
  expect(ended.status, ended.stderr).toBe(0);
  const factors = JSON.parse(readFileSync(join(directory, 'capacity_factors.json'), 'utf8')) as Figures;
  return { analysis: JSON.parse(ended.stdout) as Analyzed, factors };
}

/** @param change what is otherwise in a document than the platform would write */
async function madeRun(
  options: OddRunOptions,
  change: (document: WhiskDocument, nth: number) => WhiskDocument = (document) => document,
): Promise<OddRun & { documentsFile: string }> {
  const { directory, documents } = await makeOddRun(emptyFolder(), options);
  const run = { directory, documents: documents.map(change) };
  const documentsFile = join(run.directory, 'documents.ndjson');
  writeFileSync(documentsFile, run.documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
  return { ...run, documentsFile };
}

/** Python sorts them by their text, the analyzer by count. */
function sortedErrors(figures: Figures): Figures {
  const { errors, ...others } = figures as { errors: Figures[][] };
  const key = (error: Figures[]): string => JSON.stringify(error.slice(0, 4));
  return { ...others, errors: errors.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

describe.skipIf(python === undefined)('every figure of the analyzer is what pandas makes of the same documents', () => {
  test.each([
    { seed: 1, rows: 1_500 },
    { seed: 2, rows: 600 },
    { seed: 3, rows: 600 },
    { seed: 4, rows: 600 },
    // Groups of a dozen rows: many a figure is null, or that of a single row.
    { seed: 5, rows: 120 },
    { seed: 6, rows: 60 },
    { seed: 7, rows: 3_000 },
  ])('of $rows rows with everything odd (seed $seed)', async ({ seed, rows }) => {
    const run = await madeRun({ seed, rows, odd: true });
    const { analysis, factors } = await analyzed(run);
    const ours = sortedErrors(figuresOf(analysis, factors));
    const theirs = sortedErrors(askPandas<Figures>(python!, 'figures.py', [run.directory, run.documentsFile]));
    expect(differences(ours, theirs)).toEqual([]);
    // One group has 83 figures, and there are thirteen of them.
    expect(leavesOf(ours).size).toBeGreaterThan(1_000);
  });

  test.each([
    { seed: 8, rows: 600 },
    // Groups of more than 20,000 rows are summed up in another way than small ones.
    { seed: 9, rows: 90_000 },
  ])('of $rows rows read from a file (seed $seed)', async ({ seed, rows }) => {
    const run = await madeRun({ seed, rows, odd: true });
    // What has no start is in no view of the database, but in a file.
    const documents = run.documents.filter(({ start }) => start !== undefined);
    writeFileSync(run.documentsFile, documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
    const { analysis, factors } = await analyzed(run, run.documentsFile);
    const theirs = askPandas<Figures>(python!, 'figures.py', [run.directory, run.documentsFile]);
    expect(differences(sortedErrors(figuresOf(analysis, factors)), sortedErrors(theirs))).toEqual([]);
    expect(analysis.overall.response_ms.p99.method).toBe(rows > 20_000 ? 'sectioning' : 'none');
  });

  test('and the records that cannot be used were among them', async () => {
    const { analysis } = await analyzed(await madeRun({ seed: 7, rows: 3_000, odd: true }));
    expect(analysis.warnings).toEqual([
      expect.stringMatching(/: \d+ records are no activations and were left out$/),
      expect.stringMatching(/: \d+ records were left out whose activation had one already$/),
      expect.stringMatching(/read as absent: (?=.*waitTime)(?=.*initTime)(?=.*duration)(?=.*end)(?=.*statusCode)/),
      expect.stringMatching(/^\d+ of \d+ activations have no record; missing\.csv lists them$/),
    ]);
    const { warm, cold, all } = analysis.summary;
    // Neither warm nor cold: sequences, and records without a wait that can be read.
    expect(all.n - warm.n - cold.n).toBeGreaterThan(100);
    expect(analysis.overall.parts.all.negative).toBeGreaterThan(0);
  });
});

/** FaaSProfiler's figures of a run, and where ours are found. */
interface Predecessor {
  period: Figures;
  summary: Record<'all' | 'warm' | 'cold', { n: number } & Record<'init_ms' | 'execution_ms' | 'latency_ms', Figures>>;
  stat: Record<string, { rate: number | null; throughput: number; rel_stress: number | null }>;
}

describe.skipIf(python === undefined)("where the figures are FaaSProfiler's and where they differ on purpose", () => {
  async function both(
    instances: string[],
    change?: (document: WhiskDocument, nth: number) => WhiskDocument,
  ): Promise<{ ours: Analyzed; theirs: Predecessor; documents: WhiskDocument[] }> {
    const run = await madeRun({ seed: 11, rows: 1_000, odd: false, instances }, change);
    const { analysis } = await analyzed(run);
    const theirs = askPandas<Predecessor>(python!, 'predecessor.py', [run.directory, run.documentsFile]);
    return { ours: analysis, theirs, documents: run.documents };
  }
  const near = (ours: Figures, theirs: Figures): void => expect(differences(ours, theirs)).toEqual([]);
  /** The figures that FaaSProfiler prints: no quantiles. */
  const printed = (summary: Analysis['summary']): Figures =>
    Object.fromEntries(
      Object.entries(summary).map(([line, { n, ...metrics }]) => {
        const figures = Object.entries(metrics).map(([metric, { n, mean, std }]) => [metric, { n, mean, std }]);
        return [line, { n, ...(Object.fromEntries(figures) as object) }];
      }),
    );
  const statOf = ({ stat }: Analysis, name: string) =>
    stat.find((row) => row.scope === 'function' && row.name === name)!;
  const duration = ({ duration }: WhiskDocument): number => duration as number;
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

  test('of whole records, with one instance of a function in a window, they are the same', async () => {
    const { ours, theirs } = await both(['early']);
    near({ ...ours.period }, theirs.period);
    near(printed(ours.summary), theirs.summary);
    const { rate, throughput, rel_stress } = statOf(ours, 'alpha');
    near({ alpha: { rate, throughput, rel_stress } }, theirs.stat);
    expect(ours.summary.cold.n).toBeGreaterThan(0);
  });

  test('a record without waitTime has no latency and is not known to be warm; there its wait is 0 and it is warm', async () => {
    const { ours, theirs, documents } = await both(['early'], (document, nth) =>
      nth % 5 === 0 ? annotated(document, 'waitTime') : document,
    );
    const without = documents.filter((_, nth) => nth % 5 === 0);
    const all = ours.summary.all.latency_ms;
    expect(all.n).toBe(documents.length - without.length);
    // Their sum is ours and the mere durations of those without.
    near(theirs.summary.all.latency_ms, {
      ...(theirs.summary.all.latency_ms as object),
      n: documents.length,
      mean: (all.n * all.mean! + sum(without.map(duration))) / documents.length,
    });
    const isCold = ({ annotations }: WhiskDocument): boolean => JSON.stringify(annotations).includes('initTime');
    expect(theirs.summary.warm.n - ours.summary.warm.n).toBe(without.filter((each) => !isCold(each)).length);
    expect(theirs.summary.cold.n).toBe(ours.summary.cold.n);
  });

  test('an activation with an init of 0 ms is cold; there it is warm', async () => {
    const isThird = (nth: number): boolean => nth % 3 === 0;
    const { ours, theirs, documents } = await both(['early'], (document, nth) =>
      isThird(nth) ? annotated(document, 'initTime', 0) : document,
    );
    const zeros = documents.filter((_, nth) => isThird(nth)).length;
    expect(ours.summary.cold.n - theirs.summary.cold.n).toBe(zeros);
    expect(theirs.summary.warm.n - ours.summary.warm.n).toBe(zeros);
    near(ours.summary.all.init_ms.mean, (theirs.summary.all.init_ms as { mean: number }).mean);
  });

  test('a function of two instances has the rate of both over both windows; there that of the first', async () => {
    const { ours, theirs, documents } = await both(['late', 'early']);
    const { manifest, overall } = ours;
    type Instance = { rate: number; activity_window: [number, number] };
    const { late, early } = manifest.config['instances'] as Record<'late' | 'early', Instance>;
    // The windows overlap: early begins first, late ends last.
    const seconds = late.activity_window[1] - early.activity_window[0];
    expect(late.activity_window[0]).toBeLessThan(early.activity_window[1]);
    near(statOf(ours, 'alpha').rate, overall.planned / seconds);
    near(theirs.stat['alpha']!.rate, late.rate);
    // Ours begins with the window that opens first, theirs with the first start, since the first instance's opens later.
    const lastEnd = Math.max(...documents.map(({ end }) => end as number));
    const since = manifest.start_epoch_ms! + 1000 * early.activity_window[0];
    near(statOf(ours, 'alpha').throughput, (1000 * documents.length) / (lastEnd - since));
    expect(statOf(ours, 'alpha').throughput).toBeLessThan(theirs.stat['alpha']!.throughput);
  });

  test('a function without a window has its rate over the whole test; there none', async () => {
    const { ours, theirs } = await both(['steady']);
    near(statOf(ours, 'gamma').rate, ours.overall.planned / 60);
    expect(theirs.stat['gamma']).toMatchObject({ rate: null, rel_stress: null });
    // Ours begins with the test, theirs with the first start.
    expect(statOf(ours, 'gamma').throughput).toBeLessThan(theirs.stat['gamma']!.throughput);
  });
});
