import type { IncomingHttpHeaders } from 'node:http2';

/** One request; it is sent as it is. */
export interface ChannelRequest {
  /**
   * Names and values in turn, pseudo headers (`:method`, `:path`, `:authority`, `:scheme`) first, names in lower case:
   * the form that Node passes on fastest.
   */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
}

export interface RequestLimits {
  /** Milliseconds from the wait for a free stream to the last byte of the answer. */
  readonly deadlineMs: number;
  /** Aborting it settles the request at once. */
  readonly signal?: AbortSignal | undefined;
}

/** The answer, whole. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Which of the channel's sessions carried it, counted from 1. */
  readonly sessionId: number;
}

/**
 * The request went out and no whole answer came, so it may or may not have been acted on. `status` and `headers` are
 * those of an answer that broke off after its beginning.
 */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly code: string;
  readonly status?: number;
  readonly headers?: IncomingHttpHeaders;
}

/**
 * What became of a request. `unsent`: nothing of it left this process. `unprocessed`: the peer says that it did not act on
 * it (RFC 9113, sections 6.8 and 8.7), so it may be sent again at once. `code` says why: a system error's code where no
 * connection came about, or
 *
 * | code               | with                 | why                                                                |
 * |--------------------|----------------------|--------------------------------------------------------------------|
 * | TIMEOUT, ABORTED   | unsent, unanswered   | its deadline was over, its caller aborted it                       |
 * | NO_FREE_STREAM     | unsent               | half of its time was over before a stream was free                 |
 * | CLOSED             | unsent               | the channel was closed                                             |
 * | CONNECT_TIMEOUT, NO_HTTP2 | unsent        | no connection came about in time, or the peer speaks something else |
 * | GOAWAY, REFUSED_STREAM | unprocessed      | the peer said so of the connection, or of this request             |
 * | RESET              | unanswered           | the peer reset the stream, or ended the connection                 |
 * | PEER_SILENT        | unanswered           | the peer did not answer a ping                                     |
 * | BROKEN_OFF, BODY_TOO_LARGE | unanswered   | the answer began and did not end, or was longer than allowed       |
 */
export type ChannelAnswer =
  | Answered
  | Unanswered
  | { readonly kind: 'unprocessed'; readonly code: 'GOAWAY' | 'REFUSED_STREAM' }
  | { readonly kind: 'unsent'; readonly code: string };
