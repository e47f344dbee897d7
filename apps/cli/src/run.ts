import { ConfigError } from '@signalbox/config';
import { LinesIncomplete } from '@signalbox/server';
import { AnswerNotUnderstood, CredentialMissing, RequestRefused, ServiceUnreachable } from './api-client.js';
import { type Command, type Context, LinesRefused, UsageError } from './command.js';
import { commands } from './commands/index.js';
import { loadSettings } from './config.js';

/** The tool's surroundings, apart from the settings it reads itself. */
export interface Surroundings extends Omit<Context, 'settings'> {
  /** Where the search for `.signalbox/local.json` begins. */
  readonly directory: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Runs one command. Returns the exit code: 0 done, 1 refused or unreachable, 2 a wrong command line or configuration. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const found = find(argv);
    if (found === undefined) return showOverview(argv, surroundings);
    const settings = loadSettings(surroundings.directory, surroundings.environment);
    return await found.command.execute(argv.slice(found.length), { ...surroundings, settings });
  } catch (error) {
    return explain(error, argv.includes('--json'), surroundings);
  }
}

function find(argv: readonly string[]): { command: Command; length: number } | undefined {
  for (const command of commands) {
    const words = command.words.split(' ');
    if (words.every((word, index) => argv[index] === word)) return { command, length: words.length };
  }
  return undefined;
}

function showOverview(argv: readonly string[], { print }: Surroundings): number {
  const [first] = argv;
  const group = commands.filter((command) => command.words.startsWith(`${first} `));
  const asked = first === undefined || first === '--help' || first === 'help';
  if (!asked && group.length === 0) throw new UsageError(`there is no command "${first}"; see signalbox --help`);
  if (group.length > 0 && argv[1] !== undefined && !argv[1].startsWith('-')) {
    throw new UsageError(`there is no command "${first} ${argv[1]}"; see signalbox ${first} --help`);
  }
  const shown = group.length > 0 ? group : commands;
  const width = Math.max(...shown.map((command) => command.words.length));
  print(
    [
      'signalbox <command> [options]      (each command explains itself with --help)',
      '',
      ...shown.map((command) => `  ${command.words.padEnd(width)}  ${command.about}`),
    ].join('\n'),
  );
  return 0;
}

function explain(error: unknown, json: boolean, { warn, signal }: Surroundings): number {
  if (error instanceof RequestRefused) {
    if (json) warn(JSON.stringify({ status: error.status, ...error.problem }, null, 2));
    else {
      warn(
        `error: ${error.message} (${error.status}${error.problem.code === undefined ? '' : ` ${error.problem.code}`})`,
      );
      for (const { pointer, reason } of error.problem.errors ?? []) warn(`  ${pointer || '/'}: ${reason}`);
    }
    return 1;
  }
  if (error instanceof LinesRefused) {
    warn(`error: ${error.message}`);
    return 1;
  }
  if (signal.aborted) return 0;
  if (error instanceof LinesIncomplete) {
    warn(`error: ${error.message}`);
    warn(`  All of it again with --idempotency-key ${error.idempotencyKey} finishes it; nothing is sent twice.`);
    return 1;
  }
  if (error instanceof ServiceUnreachable || error instanceof AnswerNotUnderstood) {
    warn(`error: ${error.message}`);
    return 1;
  }
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof CredentialMissing) {
    warn(`error: ${error.message}`);
    return 2;
  }
  throw error;
}
