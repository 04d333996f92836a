const METRICS = ['init_ms', 'execution_ms', 'latency_ms'];
const FIGURES = ['n', 'mean', 'std', 'p50', 'p99'];

/** Where two analyses of one run differ in their figures. */
export function disagreements(a, b) {
  const figures = ({ records, period, summary, functions, instances, overall, stat }) => ({
    read: records.read,
    period,
    summary,
    functions,
    instances,
    overall,
    stat,
  });
  return unequal(figures(a), figures(b));
}

/**
 * Where an analysis differs from the predecessor's frame, in what both read in the same way: latencies and warm
 * activations of records that have a waitTime, cold ones of all.
 */
export function disagreementsWithFrame({ period, summary }, { all, timed }) {
  const ours = { period };
  const theirs = { period: all.period };
  for (const line of ['all', 'warm', 'cold']) {
    for (const metric of METRICS) {
      const of = metric === 'latency_ms' || line === 'warm' ? timed : line === 'cold' ? all : null;
      if (of === null) continue;
      const pick = (moments) => Object.fromEntries(FIGURES.map((figure) => [figure, moments[figure]]));
      ours[`${line} ${metric}`] = pick(summary[line][metric]);
      theirs[`${line} ${metric}`] = pick(of.summary[line][metric]);
    }
  }
  return unequal(ours, theirs);
}

function unequal(a, b, place = '') {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) ? [] : [`${place}: ${a} against ${b}`];
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b ? [] : [`${place}: ${a} against ${b}`];
  }
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
    unequal(a[name], b[name], `${place}.${name}`),
  );
}
