import type { Silence } from '../scripting/decision.js';
import { type Reason, STATUS_OF_REASON } from './reasons.js';

/** How one request ends. `timestamp` is in milliseconds, as Apple's is, `retryAfter` in seconds. */
export type Ending =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly reason?: string | undefined;
      readonly timestamp?: number | undefined;
      readonly retryAfter?: number | undefined;
    }
  | Silence;

export const ACCEPTED: Ending = { kind: 'answer', status: 200 };

export function refusal(reason: Reason): Ending {
  return { kind: 'answer', status: STATUS_OF_REASON[reason], reason };
}
