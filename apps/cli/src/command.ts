import { parseArgs } from 'node:util';
import type { Settings } from './config.js';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What stands after the option in its help, e.g. `<id>`. */
  readonly value?: string;
  readonly about: string;
}

type ValueOf<Option extends OptionSpec> = Option['type'] extends 'boolean'
  ? boolean
  : Option extends { readonly multiple: true }
    ? string[]
    : string;

/** What a command is given to act with. */
export interface Context {
  readonly settings: Settings;
  /** Writes one line for people or machines to standard output. */
  readonly print: (line: string) => void;
  /** Writes one line for people to standard error. */
  readonly warn: (line: string) => void;
  /** Reads standard input to its end. */
  readonly readInput: () => Promise<string>;
  /** Reads standard input line by line, as fast as the lines are asked for. */
  readonly inputLines: () => AsyncIterable<string>;
  /** Aborted when the user wants to leave. */
  readonly signal: AbortSignal;
}

export interface Invocation<Options extends Record<string, OptionSpec>> extends Context {
  readonly operands: readonly string[];
  readonly options: { readonly [Name in keyof Options]?: ValueOf<Options[Name]> };
  /** Whether the user asked for JSON; `show` minds it by itself. */
  readonly json: boolean;
  /** Shows a service's answer: untouched with --json, else through `forPeople`. */
  readonly show: <Answer>(answer: Answer, forPeople: (answer: Answer) => string) => void;
}

/** A command of the tool, ready to be found by its words and run with what follows them. */
export interface Command {
  /** The words that call it, e.g. `app create`. */
  readonly words: string;
  readonly about: string;
  readonly help: string;
  /** Answers the exit code, if it is not 0. @throws UsageError when the arguments do not fit. */
  execute(argv: readonly string[], context: Context): Promise<number>;
}

/** The command line itself is wrong; the message names the word or option and the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Not everything that was to be sent was taken; the command has printed what was not, and why. */
export class LinesRefused extends Error {
  override readonly name = 'LinesRefused';
}

interface CommandSpec<Options extends Record<string, OptionSpec>> {
  readonly words: string;
  readonly about: string;
  /** Names of the operands, all required, e.g. `['name']`. */
  readonly operands?: readonly string[];
  readonly options?: Options;
  readonly notes?: string;
  /** Nothing is the exit code 0. */
  run(invocation: Invocation<Options>): Promise<number | void>;
}

/** Options that every command understands. */
const EVERYWHERE = {
  json: { type: 'boolean', about: "print the service's answer as JSON" },
  help: { type: 'boolean', about: 'print this help' },
} as const satisfies Record<string, OptionSpec>;

export function defineCommand<const Options extends Record<string, OptionSpec>>(spec: CommandSpec<Options>): Command {
  const operands = spec.operands ?? [];
  const help = helpOf(spec);
  return {
    words: spec.words,
    about: spec.about,
    help,
    async execute(argv, context) {
      const parsed = parse(spec, argv);
      if (parsed.values['help'] === true) {
        context.print(help);
        return 0;
      }
      if (parsed.positionals.length !== operands.length) {
        const wanted =
          operands.length === 0 ? 'takes no operand' : `needs ${operands.map((name) => `<${name}>`).join(' ')}`;
        throw new UsageError(`signalbox ${spec.words} ${wanted}, got ${parsed.positionals.length}; see --help`);
      }
      const json = parsed.values['json'] === true;
      const code = await spec.run({
        ...context,
        operands: parsed.positionals,
        json,
        options: parsed.values as Invocation<Options>['options'],
        show: (answer, forPeople) => context.print(json ? JSON.stringify(answer, null, 2) : forPeople(answer)),
      });
      return code ?? 0;
    },
  };
}

function parse(spec: CommandSpec<Record<string, OptionSpec>>, argv: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries({ ...spec.options, ...EVERYWHERE }).map(([name, option]: [string, OptionSpec]) => [
      name,
      { type: option.type, multiple: option.multiple ?? false },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // parseArgs throws only about the arguments, and its sentences name the argument.
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function helpOf(spec: CommandSpec<Record<string, OptionSpec>>): string {
  const operands = (spec.operands ?? []).map((name) => ` <${name}>`).join('');
  const rows = Object.entries({ ...spec.options, ...EVERYWHERE }).map(
    ([name, option]: [string, OptionSpec]) =>
      [`--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.about] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `signalbox ${spec.words}${operands} [options]`,
    '',
    spec.about,
    '',
    ...rows.map(([left, about]) => `  ${left.padEnd(width)}  ${about}`),
    ...(spec.notes === undefined ? [] : ['', spec.notes]),
  ].join('\n');
}
