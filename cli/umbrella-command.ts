import { ConfigError, EXIT } from '../common/errors.js';
import { packageVersion } from '../common/package-root.js';

interface SubCommand {
  says: string;
  /** imports the command only when it is called: help and typos cost nothing */
  load(): Promise<(args: string[]) => Promise<number>>;
}

/** `faaslab <command>`: the three programs under one roof, and what stands beside them. */
const SUB_COMMANDS: Record<string, SubCommand> = {
  invoke: {
    says: 'run a workload from a config (WorkloadInvoker)',
    async load() {
      const [{ invokerCommand }, { withEmbedded }] = await Promise.all([
        import('../invoker/command.js'),
        import('./with-embedded.js'),
      ]);
      return (args) => invokerCommand(args, { name: 'faaslab invoke', withEmbedded });
    },
  },
  analyze: {
    says: 'explain a run (WorkloadAnalyzer)',
    async load() {
      const { analyzerCommand } = await import('../analyzer/command.js');
      return (args) => analyzerCommand(args, { name: 'faaslab analyze' });
    },
  },
  compare: {
    says: 'compare archived runs (ComparativeAnalyzer)',
    async load() {
      const { comparativeCommand } = await import('../comparative/command.js');
      return (args) => comparativeCommand(args, { name: 'faaslab compare' });
    },
  },
  platform: {
    says: 'start the embedded platform',
    load: async () => (await import('./platform-command.js')).platformCommand,
  },
  deploy: {
    says: 'deploy functions to a platform',
    load: async () => (await import('../deployer/command.js')).deployCommand,
  },
  validate: {
    says: 'check a config, or with --deployment a platform',
    load: async () => (await import('./validate-command.js')).validateCommand,
  },
  archives: {
    says: 'list archived runs',
    load: async () => (await import('../comparative/archives-command.js')).archivesCommand,
  },
  demo: {
    says: 'the main job, end to end, on the embedded platform',
    load: async () => (await import('./demo-command.js')).demoCommand,
  },
};

/** @returns the exit code of the sub-command */
export async function umbrellaCommand(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  // A sub-command parses its own flags, so `faaslab invoke --help` is the invoker's help and not this one.
  if (name !== undefined && Object.hasOwn(SUB_COMMANDS, name)) return (await SUB_COMMANDS[name]!.load())(rest);
  return overview(name);
}

function overview(name: string | undefined): number {
  if (name === '--version') process.stdout.write(`${packageVersion()}\n`);
  else if (name === '--help' || name === '-h') process.stdout.write(helpText());
  else if (name === undefined) throw new ConfigError(`which command? ${commandList()} (--help tells what they do)`);
  else throw new ConfigError(`${name} is no command; there are ${commandList()}`);
  return EXIT.done;
}

function commandList(): string {
  return Object.keys(SUB_COMMANDS).join(', ');
}

function helpText(): string {
  const lines = Object.entries(SUB_COMMANDS).map(([command, { says }]) => `  ${command.padEnd(10)} ${says}`);
  return `faaslab <command> [options]\n\nA laboratory for serverless workloads.\n\n${lines.join('\n')}\n\nfaaslab <command> --help shows its flags; faaslab --version the version.\n`;
}
