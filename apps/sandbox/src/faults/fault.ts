/** How a request ends that a fault takes. */
export type FaultEnding =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfter?: number | undefined;
      readonly code?: string | undefined;
    }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'hang' };

export interface Fault {
  /** `POST /v1/payment_intents/:id/confirm`, or a beginning such as `GET /v1/*`; absent: every route. */
  readonly route?: string | undefined;
  /** The account or merchant; absent: every one. */
  readonly accountId?: string | undefined;
  /** The part of the requests that it takes, evenly spread. */
  readonly share: number;
  /** Absent: until it is removed. */
  readonly times?: number | undefined;
  /** Absent: the request is only slowed down. */
  readonly ending?: FaultEnding | undefined;
  /** The request is carried out first: the money moves, and the caller does not learn of it. */
  readonly after: boolean;
  /** Whoever comes again with the same Idempotency-Key is answered the same again, as Stripe does with its 500s. */
  readonly sticks?: boolean | undefined;
  readonly latencyMs?: number | undefined;
}

export function appliesTo(fault: Fault, route: string, accountId: string): boolean {
  if (fault.accountId !== undefined && fault.accountId !== accountId) return false;
  if (fault.route === undefined || fault.route === route) return true;
  return fault.route.endsWith('*') && route.startsWith(fault.route.slice(0, -1));
}
