import type { IncomingHttpHeaders } from 'node:http';

/** Why no answer came, by the stage that failed. */
export type EgressStage =
  /** The URL or an address it leads to is not to be reached; nothing was sent. */
  | 'target_refused'
  | 'name_not_resolved'
  | 'connection_failed'
  | 'tls_failed'
  /** Connected, then cut, or not HTTP. */
  | 'answer_failed'
  /** It leads elsewhere; where answers are read and not only noted. */
  | 'redirected'
  /** More bytes than were allowed; where answers are read and not only noted. */
  | 'too_large'
  | 'timeout';

/** What an answer says before its body. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** A request that got no answer, or none that may be used. The message is the stage and the system's code, and holds no address. */
export class EgressFailed extends Error {
  override readonly name = 'EgressFailed';

  constructor(
    readonly stage: EgressStage,
    cause?: unknown,
    /** Of an answer whose body may not be used, or did not come to its end: whoever asks for no more than a status has it. */
    readonly head?: AnswerHead,
  ) {
    const code = codeOf(cause);
    super(code === undefined ? stage : `${stage} (${code})`, { cause });
  }
}

function codeOf(cause: unknown): string | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
