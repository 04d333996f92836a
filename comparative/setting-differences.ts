import { HIDDEN } from '../common/secrets.js';
import type { Merged } from './merged.js';
import type { PlatformWords } from './platform-words.js';
import { settingsOfRun, type RunSettings, type Setting } from './run-settings.js';
import type { Sides } from './sides.js';

/** A setting that is not the same on both sides: what the comparison may be about, or be spoilt by. */
export interface SettingDifference {
  /** `host`, `faaslab version`, `config instances.a.rate` … */
  setting: string;
  /** the distinct values among the side's runs, the most common first; `–` where it is absent */
  baseline: string[];
  candidate: string[];
  /** differs in the machine or the software under the test, not in what the config asked for */
  environment: boolean;
  /** differs in the machine that invoked, and is known of both */
  machine: boolean;
}

const ABSENT = '–';

/**
 * Configs, versions, hosts and endpoints that differ between the compared runs: first the machine, then its software and the
 * platform, then the config. Several runs of one side that differ among themselves are told too: a side that mixes two
 * machines is no side.
 */
export function settingDifferences(
  sides: Sides,
  merged: Merged,
  platforms: Map<string, PlatformWords> = new Map(),
): SettingDifference[] {
  const settingsOf = (ids: string[]) =>
    merged.runs.filter((run) => ids.includes(run.run_id)).map((run) => settingsOfRun(run, platforms.get(run.run_id)));
  const baseline = settingsOf(sides.baseline.runs);
  const candidate = settingsOf(sides.candidate.runs);
  return (['machine', 'surroundings', 'asked'] as const).flatMap((kind) =>
    differing(kind, baseline, candidate).map((each) => ({
      ...each,
      environment: kind !== 'asked',
      // Older runs do not tell everything; what is not known of them is not another machine.
      machine: kind === 'machine' && known(each).length > 1,
    })),
  );
}

function differing(
  kind: keyof RunSettings,
  baseline: RunSettings[],
  candidate: RunSettings[],
): Pick<SettingDifference, 'setting' | 'baseline' | 'candidate'>[] {
  const names = [...new Set([...baseline, ...candidate].flatMap((settings) => [...settings[kind].keys()]))];
  return names
    .map((setting) => ({
      setting,
      baseline: distinct(baseline, kind, setting),
      candidate: distinct(candidate, kind, setting),
    }))
    .filter((each) => new Set([...each.baseline, ...each.candidate].map(({ whole }) => whole)).size > 1)
    .map(({ setting, ...sides }) => ({
      setting,
      baseline: sides.baseline.map(({ text }) => text),
      candidate: sides.candidate.map(({ text }) => text),
    }));
}

function distinct(side: RunSettings[], kind: keyof RunSettings, setting: string): Setting[] {
  const counts = new Map<string, { of: Setting; runs: number }>();
  for (const settings of side) {
    const of = settings[kind].get(setting) ?? { text: ABSENT, whole: ABSENT };
    counts.set(of.whole, { of, runs: (counts.get(of.whole)?.runs ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.runs - a.runs).map(({ of }) => of);
}

function known({ baseline, candidate }: Pick<SettingDifference, 'baseline' | 'candidate'>): string[] {
  return [...new Set([...baseline, ...candidate])].filter((value) => value !== ABSENT);
}

/** `DIFFERENT MACHINES: host lab → vm, processors 2 → 8; …`, or null where all runs were made on one. */
export function machineWarning(settings: SettingDifference[]): string | null {
  const differing = settings.filter(({ machine }) => machine);
  if (differing.length === 0) return null;
  const told = differing.map((each) => `${each.setting} ${differenceText(each)}`);
  return `DIFFERENT MACHINES: ${told.join(', ')}. What is found here may be the machines' difference.`;
}

/** `8 → 16`; `differs (hidden)` where what differs is secret. */
export function differenceText({ baseline, candidate }: Pick<SettingDifference, 'baseline' | 'candidate'>): string {
  const [from, to] = sidesText(baseline, candidate);
  return from === to ? `differs ${HIDDEN}` : `${from} → ${to}`;
}

const MOST_SHOWN = 60;

/**
 * A setting's values on both sides for a line: the most common one of each, the others only counted; long ones from a little
 * before the place where they part.
 */
export function sidesText(baseline: string[], candidate: string[]): [string, string] {
  const [a, b] = [baseline[0] ?? ABSENT, candidate[0] ?? ABSENT];
  const from = a.length > MOST_SHOWN || b.length > MOST_SHOWN ? Math.max(0, commonStart(a, b) - 12) : 0;
  const text = (value: string, all: string[]) => {
    const cut = `${from > 0 ? '…' : ''}${value.slice(from, from + MOST_SHOWN)}${value.length > from + MOST_SHOWN ? '…' : ''}`;
    return all.length < 2 ? cut : `${cut} (and ${all.length - 1} other${all.length === 2 ? '' : 's'})`;
  };
  return [text(a, baseline), text(b, candidate)];
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at === a.length && at === b.length ? 0 : at;
}
