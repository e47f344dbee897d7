/** What the log says of an error. */
export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  /** The frames of the stack, without the message before them. */
  readonly stack?: string;
  readonly code?: string | number;
  /** What Postgres names of a refusal. Its detail holds the row, and is left out. */
  readonly constraint?: string;
  readonly table?: string;
  readonly cause?: ErrorFacts;
  readonly errors?: readonly ErrorFacts[];
}

/** Causes of causes, and errors of an aggregate. */
const DEEPEST = 4;
const MOST = 3;
/** Characters. */
const LONGEST_MESSAGE = 500;

/**
 * The serialiser of `err`: an allow-list, since errors carry what they were about: the row that was refused, the arguments of the call,
 * the document that does not parse. What is left is where it happened and its message, without what messages quote.
 */
export function errorFacts(error: unknown, depth = 1): ErrorFacts {
  if (!(error instanceof Error)) return { type: typeof error, message: '' };
  const { code, constraint, table, cause, errors } = error as Error & Record<string, unknown>;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
  const isDeep = depth >= DEEPEST;
  return {
    type: error.name,
    message: messageOf(error),
    ...(frames.length > 0 && { stack: frames.join('\n') }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(typeof table === 'string' && { table }),
    ...(cause !== undefined && !isDeep && { cause: errorFacts(cause, depth + 1) }),
    ...(Array.isArray(errors) &&
      !isDeep && { errors: errors.slice(0, MOST).map((each) => errorFacts(each, depth + 1)) }),
  };
}

function messageOf(error: Error): string {
  return withoutPeople(withoutQuotes(error)).slice(0, LONGEST_MESSAGE);
}

/** Some messages quote what they are about. */
function withoutQuotes(error: Error): string {
  const { name, message } = error;
  // What JSON.parse and the parsers of Postgres's types say of a text.
  if (error instanceof SyntaxError || isDataException(error)) return message.replaceAll(/"[^]*"|'[^]*'/g, '"…"');
  if (name.endsWith('ZodError')) return issuesOf(error);
  // Its first lines are the call with its arguments.
  if (name.startsWith('PrismaClient')) return message.trim().split('\n').at(-1) ?? '';
  return message;
}

/** Class 22 of SQLSTATE: `invalid input syntax for type uuid: "..."`. */
function isDataException(error: Error & { readonly code?: unknown; readonly severity?: unknown }): boolean {
  return typeof error.severity === 'string' && typeof error.code === 'string' && error.code.startsWith('22');
}

function issuesOf({ issues }: Error & { readonly issues?: unknown }): string {
  if (!Array.isArray(issues)) return '';
  return (issues as { path?: unknown[]; code?: unknown }[])
    .map(({ path = [], code }) => `/${path.map(String).join('/')}: ${String(code)}`)
    .join('; ');
}

/* Each begins where a word does: tried at every letter of a long one, they would take the square of its length. */
const MAIL_ADDRESS = /(?<![^\s<>"'(),;:])[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g;
const PHONE_NUMBER = /\+\d[\d ()-]{6,}\d/g;
/** Device tokens, secrets, JSON Web Tokens; no id of ours is so long, and a name of a constraint has no digit. */
const LONG_WORD = /(?<![\w.+/=-])(?=[\w.+/=-]*\d)[\w.+/=-]{40,}/g;

/** What mail servers, gateways and libraries write into their messages. */
function withoutPeople(message: string): string {
  return message
    .replaceAll(MAIL_ADDRESS, '[address]')
    .replaceAll(PHONE_NUMBER, '[number]')
    .replaceAll(LONG_WORD, '[long word]');
}
