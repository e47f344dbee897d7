import { STATUS_CODES } from 'node:http';

/** One bad value: where it is, and what is wrong with it. */
export interface ProblemError {
  /** A JSON pointer (RFC 6901) into the part of the request that `in` names; `''` is the whole part. */
  readonly pointer: string;
  readonly reason: string;
  /** The part of the request; the body when absent. */
  readonly in?: 'query' | 'path' | 'header';
}

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
    super(init.detail, init.cause === undefined ? undefined : { cause: init.cause });
    this.status = init.status;
    this.code = init.code;
    this.title = init.title ?? STATUS_CODES[init.status] ?? 'Error';
    this.detail = init.detail;
    this.errors = init.errors;
    this.headers = init.headers ?? {};
  }
}

/** What is sent. `instance` names this occurrence; it is present on 5xx, where the log has the same id. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly ProblemError[];
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
