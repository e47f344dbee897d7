import { constants } from 'node:http2';

/** HTTP/2 error codes a stream can be reset with (RFC 9113 section 7). */
export const RESET_CODES = {
  CANCEL: constants.NGHTTP2_CANCEL,
  ENHANCE_YOUR_CALM: constants.NGHTTP2_ENHANCE_YOUR_CALM,
  INTERNAL_ERROR: constants.NGHTTP2_INTERNAL_ERROR,
  NO_ERROR: constants.NGHTTP2_NO_ERROR,
  PROTOCOL_ERROR: constants.NGHTTP2_PROTOCOL_ERROR,
  REFUSED_STREAM: constants.NGHTTP2_REFUSED_STREAM,
} as const;

export type ResetCode = keyof typeof RESET_CODES;

/** The ways to end a request without an answer, which every provider has. */
export type Silence =
  { readonly kind: 'reset'; readonly code: ResetCode } | { readonly kind: 'hang' } | { readonly kind: 'disconnect' };

/** What a script asks for: an ending, or none when it only slows the request down. */
export interface Outcome<Ending> {
  readonly ending?: Ending | undefined;
  readonly latencyMs?: number | undefined;
}

/** Who decided: the protocol's own rules, a script for that token, its prefix, the global behaviour, or nobody (accepted). */
export type DecidedBy = 'protocol' | 'token' | 'prefix' | 'behaviour' | 'default';

export interface Decision<Ending> {
  readonly ending: Ending;
  readonly latencyMs: number;
  readonly decidedBy: DecidedBy;
}
