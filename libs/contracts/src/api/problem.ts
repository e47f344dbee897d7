/** One bad value: where it is, and what is wrong with it. */
export interface ProblemError {
  /** A JSON pointer (RFC 6901) into the part of the request that `in` names; `''` is the whole part. */
  readonly pointer: string;
  readonly reason: string;
  /** The part of the request; the body when absent. */
  readonly in?: 'query' | 'path' | 'header';
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
