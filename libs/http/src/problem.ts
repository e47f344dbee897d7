import { STATUS_CODES } from 'node:http';
import type { ProblemBody, ProblemError } from '@signalbox/contracts';

/** More than this many errors are counted, not listed: an answer stays smaller than the request that caused it. */
export const LISTED_ERRORS = 100;

export interface ProblemInit {
  readonly status: number;
  /** Stable, snake_case; clients switch on it. */
  readonly code: string;
  /** The status' reason phrase unless told. */
  readonly title?: string;
  /** A full sentence for a developer: what is wrong and what to do. Never internals, never a secret. */
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
  /** Sent with the answer, e.g. `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Logged when the status is 5xx, never sent. */
  readonly cause?: unknown;
}

/** An answer of RFC 9457 `application/problem+json`. Throw it anywhere below a route. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly ProblemError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(init: ProblemInit) {
    // What the caller did wrong has no stack worth its price: a flood of bad requests would spend a tenth of its time on it.
    const limit = Error.stackTraceLimit;
    if (init.status < 500) Error.stackTraceLimit = 0;
    super(init.detail, init.cause === undefined ? undefined : { cause: init.cause });
    Error.stackTraceLimit = limit;
    this.status = init.status;
    this.code = init.code;
    this.title = init.title ?? STATUS_CODES[init.status] ?? 'Error';
    this.detail = init.detail;
    this.errors = init.errors;
    this.headers = init.headers ?? {};
  }
}

export function problemBody(problem: Problem, instance?: string): ProblemBody {
  return {
    type: `https://signalbox.dev/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    ...(instance === undefined ? {} : { instance }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}
