import { compile, type TopLevelSpec } from 'vega-lite';
import { fitPanels } from './panels.js';
import type { CompiledSpec, Spec } from './spec.js';
import { THEME } from './theme.js';

/** Compiles Vega-Lite to Vega in the house's theme. What Vega-Lite would only warn of is an error: a picture may be wrong. */
export function compileSpec(spec: Spec): CompiledSpec {
  const complain = (...messages: readonly unknown[]): never => {
    throw new Error(`Vega-Lite: ${messages.join(' ')}`);
  };
  const silent = () => logger;
  const logger = { level: () => logger, error: complain, warn: complain, info: silent, debug: silent };
  const compiled = compile(spec as unknown as TopLevelSpec, { config: THEME as never, logger: logger as never });
  return fitPanels(guardBrushes(compiled.spec as unknown as CompiledSpec));
}

interface Signal {
  name: string;
  on?: { update?: unknown }[];
}

/**
 * Vega-Lite 6.4 moves a brush along when its scale changes without asking whether there is one: the first change of width
 * would end in an error. Each such update is made to wait for a brush.
 */
function guardBrushes(group: CompiledSpec): CompiledSpec {
  for (const signal of (group['signals'] ?? []) as Signal[])
    for (const rule of signal.on ?? []) {
      const brush = typeof rule.update === 'string' && /^\[scale\("\w+", (\w+)\[0\]\)/.exec(rule.update)?.[1];
      if (brush) rule.update = `isArray(${brush}) ? ${String(rule.update)} : ${signal.name}`;
    }
  for (const mark of (group['marks'] ?? []) as CompiledSpec[]) guardBrushes(mark);
  return group;
}
