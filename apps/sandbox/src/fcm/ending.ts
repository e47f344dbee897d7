import type { Silence } from '../scripting/decision.js';

/** One entry of `google.rpc.BadRequest`. `field` is absent for the message as a whole. */
export interface FieldViolation {
  readonly field?: string | undefined;
  readonly description: string;
}

/** What Google answers when it refuses: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
export interface Refusal {
  readonly kind: 'answer';
  readonly status: number;
  /** `FcmError.errorCode`; absent, the answer has no such detail and says less than one would think. */
  readonly errorCode?: string | undefined;
  /** Google's sentence for that error when left out. */
  readonly message?: string | undefined;
  readonly fieldViolations?: readonly FieldViolation[] | undefined;
  /** `google.rpc.ErrorInfo.reason`: what Google's front end says about credentials. */
  readonly reason?: string | undefined;
  /** `google.rpc.QuotaFailure`: which quota. */
  readonly quota?: 'project' | 'device' | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  /** A page instead of JSON, as the load balancer in front of Google's servers answers. */
  readonly html?: true | undefined;
}

/** How one request ends. An answer with status 200 is the accepted message. */
export type FcmEnding = Refusal | Silence;

export const ACCEPTED: FcmEnding = { kind: 'answer', status: 200 };

/** How an ending is called where endings are counted. */
export function labelOf(ending: FcmEnding): string {
  switch (ending.kind) {
    case 'answer':
      return ending.errorCode === undefined ? String(ending.status) : `${ending.status} ${ending.errorCode}`;
    case 'reset':
      return `reset ${ending.code}`;
    case 'hang':
    case 'disconnect':
      return ending.kind;
  }
}
