import type { BatchLineAnswer, ProblemBody, ProblemError } from '@signalbox/contracts';

/** Everything that this client throws on its own account. `instanceof` tells the stages apart, never the message. */
export abstract class SignalboxError extends Error {
  /**
   * The key of the send that failed, made by the client unless given. Whatever became of the request: repeating it with
   * this key cannot send twice (for 72 hours).
   */
  idempotencyKey?: string;
}

/** The service refused the request, with its reasons (RFC 9457). */
export class RequestRefused extends SignalboxError {
  override readonly name = 'RequestRefused';
  /** Stable and snake_case: switch on it. */
  readonly code: string;
  readonly detail: string;
  /** The values that were refused: where each is, and why. */
  readonly errors: readonly ProblemError[];

  /** @param retryAfterMs milliseconds that the service asked to wait, if it did. */
  constructor(
    readonly status: number,
    readonly problem: Partial<ProblemBody>,
    readonly retryAfterMs: number | undefined,
  ) {
    const detail = problem.detail ?? problem.title ?? `the service answered ${status}`;
    const errors = problem.errors ?? [];
    super([detail, ...errors.map(({ pointer, reason }) => `${pointer} ${reason}`)].join('\n  '));
    this.code = problem.code ?? `http_${status}`;
    this.detail = detail;
    this.errors = errors;
  }
}

/** No whole answer came, as often as it was tried: whether the request was carried out is unknown. */
export class ServiceUnreachable extends SignalboxError {
  override readonly name = 'ServiceUnreachable';

  constructor(
    readonly url: string,
    readonly attempts: number,
    cause: unknown,
  ) {
    super(`no answer from ${url} in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`, { cause });
  }
}

/** Something answered that does not speak like the service: a proxy's page, a redirect, another program on the port. */
export class AnswerNotUnderstood extends SignalboxError {
  override readonly name = 'AnswerNotUnderstood';

  constructor(
    readonly url: string,
    readonly status: number,
    reason: string,
  ) {
    super(`what answers at ${url} does not speak like the service: ${reason}`);
  }
}

/**
 * A part of a batch was not answered; `cause` says why. The same lines in the same order with the same `idempotencyKey`
 * finish it: lines that were stored answer as replayed.
 */
export class BatchIncomplete extends SignalboxError {
  override readonly name = 'BatchIncomplete';

  /** @param results the lines that were answered, in order. */
  constructor(
    readonly results: readonly BatchLineAnswer[],
    lines: number,
    override readonly idempotencyKey: string,
    override readonly cause: SignalboxError,
  ) {
    super(`${results.length} of ${lines} lines were answered: ${cause.message}`, { cause });
  }
}

/**
 * Some of the lines that were sent as they come got no answer, attempt after attempt; `cause` says why. The same lines from the
 * beginning, in the same order and with the same `idempotencyKey`, finish it: lines that were stored answer as replayed.
 */
export class LinesIncomplete extends SignalboxError {
  override readonly name = 'LinesIncomplete';

  /** @param answered how many were. */
  constructor(
    readonly answered: number,
    override readonly idempotencyKey: string,
    override readonly cause: SignalboxError,
  ) {
    super(`${answered} lines were answered, and the next was not: ${cause.message}`, { cause });
  }
}
