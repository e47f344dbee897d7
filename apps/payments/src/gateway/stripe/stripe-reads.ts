import type Stripe from 'stripe';
import { pathOf } from '../../read-stripe/object-paths.js';
import type { StripeCalls } from '../../read-stripe/stripe-calls.js';
import type { PaymentTarget } from '../gateway.js';
import type { ReadOutcome } from '../outcome.js';

/** Whose keys read, and in which account. */
export type Place = Pick<PaymentTarget, 'appId' | 'account'>;

/** Reads of Stripe's API that calls of ours need. The API says what it is: its answers are taken at their word. */
export class StripeReads {
  constructor(private readonly calls: StripeCalls) {}

  intent(target: PaymentTarget): Promise<ReadOutcome<Stripe.PaymentIntent>> {
    return this.get<Stripe.PaymentIntent>(target, pathOf('payment_intent'), `/${encodeURIComponent(target.ref ?? '')}`);
  }

  /** The newest hundred, which is more than anybody gives back in pieces. */
  async refunds(target: PaymentTarget): Promise<ReadOutcome<readonly Stripe.Refund[]>> {
    const query = new URLSearchParams({ payment_intent: target.ref ?? '', limit: '100' });
    const read = await this.get<Stripe.ApiList<Stripe.Refund>>(target, pathOf('refund'), `?${query.toString()}`);
    return read.kind === 'found' ? { kind: 'found', value: read.value.data } : read;
  }

  /** One object. */
  one<Value>(at: Place, kind: string, id: string, expand: readonly string[] = []): Promise<ReadOutcome<Value>> {
    const query = new URLSearchParams(expand.map((path): [string, string] => ['expand[]', path]));
    return this.get<Value>(
      at,
      pathOf(kind),
      `/${encodeURIComponent(id)}${expand.length === 0 ? '' : `?${query.toString()}`}`,
    );
  }

  /** The newest hundred of a customer's. */
  async ofCustomer<Value>(
    at: Place,
    kind: string,
    query: Readonly<Record<string, string>>,
  ): Promise<ReadOutcome<readonly Value[]>> {
    const params = new URLSearchParams({ ...query, limit: '100' });
    const read = await this.get<Stripe.ApiList<Value>>(at, pathOf(kind), `?${params.toString()}`);
    return read.kind === 'found' ? { kind: 'found', value: read.value.data } : read;
  }

  private async get<Value>({ appId, account }: Place, endpoint: string, rest: string): Promise<ReadOutcome<Value>> {
    const answer = await this.calls.get({ appId, account, path: `${endpoint}${rest}`, endpoint });
    switch (answer.kind) {
      case 'answered':
        return { kind: 'found', value: answer.body as Value };
      case 'missing':
        return { kind: 'missing' };
      case 'later':
        return { kind: 'later', reason: answer.reason, retryAfterMs: answer.ms };
    }
  }
}
