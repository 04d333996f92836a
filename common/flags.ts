import { ConfigError } from './errors.js';

/** One flag of a command: the parser reads by it, and the help is written from it. */
export interface FlagSpec {
  type: 'string' | 'boolean' | 'number';
  /** a letter, or other spellings of the name */
  alias?: string | readonly string[];
  /** what stands for the value in the help, e.g. `FILE`; in brackets where it may be left out */
  value?: string;
  choices?: readonly string[];
  default?: string | number | boolean;
  /** `each`: the flag may stand several times, with a value each; `list`: several values may follow it */
  repeatable?: 'each' | 'list';
  describe: string;
}

type FlagSpecs = Record<string, FlagSpec>;

type ValueOf<Spec extends FlagSpec> = Spec extends { choices: readonly (infer Choice)[] }
  ? Choice
  : { string: string; boolean: boolean; number: number }[Spec['type']];

/** Values by name: booleans are false and repeatable flags empty where they were not given, others undefined or the default. */
export type Flags<Specs extends FlagSpecs> = {
  [Name in keyof Specs]: Specs[Name] extends { repeatable: string }
    ? string[]
    : Specs[Name] extends { type: 'boolean' } | { default: string | number }
      ? ValueOf<Specs[Name]>
      : ValueOf<Specs[Name]> | undefined;
};

export interface CommandSpec<Specs extends FlagSpecs> {
  /** as the user called it: `WorkloadInvoker`, `faaslab invoke` */
  name: string;
  /** what follows the name, e.g. `-c CONFIG_FILE [options]`; several lines for several forms */
  usage: string | readonly string[];
  /** one or two sentences */
  purpose: string;
  flags: Specs;
  /** whether words without a dash may stand there */
  takesWords?: boolean;
}

/**
 * Reads a command's flags. `--help` is answered without the parser: loading it takes longer than a bare Node.
 * @returns null where the help was asked for, and printed
 * @throws  ConfigError unknown, repeated or incomplete flags
 */
export async function parseFlags<const Specs extends FlagSpecs>(
  args: readonly string[],
  command: CommandSpec<Specs>,
): Promise<{ flags: Flags<Specs>; words: string[] } | null> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(helpText(command));
    return null;
  }
  const { default: yargs } = await import('yargs');
  let fault: string | undefined;
  const parsed = (await yargs()
    .scriptName(command.name)
    .options(Object.fromEntries(Object.entries(command.flags).map(([name, spec]) => [name, yargsOption(spec)])))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      // A word such as 1.0 is a name, not a number.
      'parse-positional-numbers': false,
      'strip-aliased': true,
    })
    .strictOptions()
    .version(false)
    .help(false)
    .exitProcess(false)
    .fail((message) => (fault ??= message))
    .parseAsync([...args])) as Record<string, unknown>;
  const words = ((parsed['_'] as unknown[] | undefined) ?? []).map(String);
  fault ??= faultIn(parsed, words, command);
  if (fault !== undefined) {
    throw new ConfigError(`${fault.replaceAll(/\s*\n\s*/g, ' ')} (${command.name} --help shows the flags)`);
  }
  return { flags: parsed as unknown as Flags<Specs>, words };
}

function yargsOption({ type, alias, choices, default: standard, repeatable, value }: FlagSpec): object {
  return {
    type,
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
    ...(type === 'boolean' ? { default: false } : { requiresArg: value?.startsWith('[') !== true }),
    ...(standard === undefined ? {} : { default: standard }),
    ...(repeatable === undefined ? {} : { array: true, default: [] }),
    ...(repeatable === 'each' ? { nargs: 1 } : {}),
  };
}

/** What yargs lets pass: flags given twice, numbers that are none, empty values, words that nobody reads. */
function faultIn<Specs extends FlagSpecs>(
  parsed: Record<string, unknown>,
  words: string[],
  { flags, takesWords = false }: CommandSpec<Specs>,
): string | undefined {
  for (const [name, { type, repeatable, value }] of Object.entries(flags)) {
    const given = parsed[name];
    if (Array.isArray(given) && repeatable === undefined) return `--${name} may be given once only`;
    if (type === 'number' && Number.isNaN(given)) return `--${name} must be a number`;
    if (given === '' && value?.startsWith('[') !== true) return `--${name} needs a value`;
  }
  if (!takesWords && words.length > 0) return `"${words[0]}" is not a flag, and no word is expected here`;
  return undefined;
}

function helpText<Specs extends FlagSpecs>({ name, usage, purpose, flags }: CommandSpec<Specs>): string {
  const all: [string, FlagSpec][] = [
    ...Object.entries(flags),
    ['help', { alias: 'h', type: 'boolean', describe: 'this text' }],
  ];
  const left = all.map(([flag, { alias = [], value, choices }]) => {
    const letter = [alias].flat().find(({ length }) => length === 1);
    const shownValue = value ?? choices?.join('|');
    return `  ${letter === undefined ? '    ' : `-${letter}, `}--${flag}${shownValue === undefined ? '' : ` ${shownValue}`}`;
  });
  const width = Math.max(...left.map(({ length }) => length));
  const lines = all.map(([, { describe, default: standard }], i) => {
    const ending = standard === undefined || standard === false ? '' : ` (default ${standard})`;
    return `${left[i]!.padEnd(width)}  ${describe}${ending}`;
  });
  const forms = [usage].flat().map((form) => `${name} ${form}`.trimEnd());
  return `${forms.join('\n')}\n\n${purpose}\n\n${lines.join('\n')}\n`;
}
