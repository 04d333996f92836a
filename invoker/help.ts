/** A flag as yargs takes it. */
export interface FlagSpec {
  alias?: string;
  type: 'string' | 'boolean';
  /** what stands for the value in the help */
  value?: string;
  requiresArg?: boolean;
  default?: string | boolean;
  describe: string;
}

/**
 * The help of a command, from the same table that yargs parses by. Written here because yargs' own help takes longer to
 * load its widths of Unicode characters than all the rest of it.
 */
export function helpText(usage: string, flags: Record<string, FlagSpec>): string {
  const shown = Object.entries({ ...flags, help: { alias: 'h', type: 'boolean', describe: 'this text' } as FlagSpec });
  const left = shown.map(([name, { alias, value }]) => {
    const short = alias === undefined ? '    ' : `-${alias}, `;
    return `  ${short}--${name}${value === undefined ? '' : ` ${value}`}`;
  });
  const width = Math.max(...left.map(({ length }) => length));
  const lines = shown.map(([, flag], i) => {
    const standard = typeof flag.default === 'string' ? ` (default ${flag.default})` : '';
    return `${left[i]!.padEnd(width)}  ${flag.describe}${standard}`;
  });
  return `${usage}\n\n${lines.join('\n')}\n`;
}
