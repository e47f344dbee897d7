import { formatId, type Uuid } from '@signalbox/contracts';
import { Problem } from '@signalbox/http';
import type { Declined, NotDone, Refused } from '../gateway/outcome.js';
import type { Operation } from './operation.js';

/** Seconds after which to ask again for what is under way, and for what the gateway has not said. */
const UNDER_WAY_S = 1;
const UNKNOWN_S = 5;

const paymentName = (payment: Uuid): string => formatId('payment', payment);

/** What a caller is told who cannot have what they asked for. Each says what to do. */
export const orderProblems = {
  /** 422 (draft-ietf-httpapi-idempotency-key-header-07): a key stands for one request. */
  keyReused: (): Problem =>
    new Problem({
      status: 422,
      code: 'idempotency_key_reused',
      detail:
        'This Idempotency-Key was sent with another order, amount, currency or body: send a new key for a new request, and the same request for a repetition.',
    }),
  /** 409: something is being done about the order at this moment. */
  underWay: (): Problem =>
    new Problem({
      status: 409,
      code: 'operation_in_progress',
      detail: 'Something is being done about this order at this moment: send the same request again shortly.',
      headers: { 'retry-after': String(UNDER_WAY_S) },
    }),
  /** 409: what was done about the order before is not known yet. */
  fenced: ({ kind, paymentId }: Operation): Problem =>
    new Problem({
      status: 409,
      code: 'outcome_unknown',
      detail: `The gateway has not said yet what became of the last ${kind} of ${paymentName(paymentId)}, so nothing else is done about this order. It is being asked; do not charge the customer elsewhere.`,
      headers: { 'retry-after': String(UNKNOWN_S) },
    }),
  /** 504: this very call may have happened. */
  unknown: (paymentId: Uuid): Problem =>
    new Problem({
      status: 504,
      code: 'outcome_unknown',
      detail: `The gateway did not say whether it happened to ${paymentName(paymentId)}. It is being asked: send the same request with the same Idempotency-Key again, and do not charge the customer elsewhere.`,
      headers: { 'retry-after': String(UNKNOWN_S) },
    }),
  /** 402: no money moved. */
  declined: ({ code, declineCode }: Declined): Problem =>
    new Problem({
      status: 402,
      code: 'payment_declined',
      detail: `The customer's bank, or the gateway for it, declined: ${code}${declineCode === undefined ? '' : ` (${declineCode})`}. No money moved; another payment method may work.`,
    }),
  /** 409: the gateway does not do this, as things stand. */
  refused: ({ code, detail }: Refused): Problem =>
    new Problem({
      status: 409,
      code: 'gateway_refused',
      detail: `The gateway does not do this: ${detail} (${code}). Nothing happened.`,
    }),
  /** 503: nothing happened, and the same request may be sent again. */
  notDone: ({ reason, retryAfterMs }: Omit<NotDone, 'kind'>): Problem =>
    new Problem({
      status: 503,
      code: 'gateway_unavailable',
      detail: `No gateway could take this just now (${reason}). Nothing happened: send it again.`,
      headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
    }),
  /** 409: the order was paid, or its money is on its way. */
  paid: (paymentId: Uuid): Problem =>
    new Problem({
      status: 409,
      code: 'order_paid',
      detail: `This order is paid, or being paid, by ${paymentName(paymentId)}: GET /v1/payments/${paymentName(paymentId)} shows it. Something else to be paid needs an order of its own.`,
    }),
  /** 409: an unpaid payment of other terms is on somebody's phone. */
  otherTerms: (paymentId: Uuid): Problem =>
    new Problem({
      status: 409,
      code: 'order_terms_differ',
      detail: `${paymentName(paymentId)} of this order can still be paid, with another amount, currency or capture method: cancel it first (POST /v1/payments/${paymentName(paymentId)}/cancel), or it might be paid as well.`,
    }),
  /** 409: what the key once stood for is over. */
  over: (paymentId: Uuid): Problem =>
    new Problem({
      status: 409,
      code: 'payment_over',
      detail: `${paymentName(paymentId)}, which this Idempotency-Key stands for, takes no money any more: send a new key to have the order paid again.`,
    }),
  /** 409: another payment has taken its place. */
  notLive: (paymentId: Uuid): Problem =>
    new Problem({
      status: 409,
      code: 'payment_not_live',
      detail: `${paymentName(paymentId)} is not the payment that its order is paid by now.`,
    }),
} as const;
