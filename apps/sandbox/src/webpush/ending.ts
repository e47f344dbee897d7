import type { Silence } from '../scripting/decision.js';

/** What a push service answers. With a reason as Apple does, as JSON; without one, as the others do, in words. */
export interface Refusal {
  readonly kind: 'answer';
  readonly status: number;
  readonly reason?: string | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

/** How one request ends. An answer with status 201 is the accepted message. */
export type WebPushEnding = Refusal | Silence;

export const ACCEPTED: WebPushEnding = { kind: 'answer', status: 201 };

export function refusal(status: number, reason?: string): WebPushEnding {
  return { kind: 'answer', status, reason };
}

/** How an ending is called where endings are counted. */
export function labelOf(ending: WebPushEnding): string {
  switch (ending.kind) {
    case 'answer':
      return ending.reason === undefined ? String(ending.status) : `${ending.status} ${ending.reason}`;
    case 'reset':
      return `reset ${ending.code}`;
    case 'hang':
    case 'disconnect':
      return ending.kind;
  }
}
