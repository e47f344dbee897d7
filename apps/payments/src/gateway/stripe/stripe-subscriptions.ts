import type Stripe from 'stripe';
import type { Subscription } from '../../process/normalise/subscription.js';
import { normalise } from '../../process/observe.js';
import { STRIPE_API_VERSION } from '../../read-stripe/api-version.js';
import type { StripeClients } from '../../read-stripe/stripe-clients.js';
import { done, type ReadOutcome, type Refused, type Settlement } from '../outcome.js';
import type {
  SubscriptionCall,
  SubscriptionGateway,
  SubscriptionLook,
  SubscriptionSheetParts,
  SubscriptionTarget,
  SubscriptionWish,
} from '../subscription-gateway.js';
import { customerSecrets } from './customer-secrets.js';
import { KEY_LIVES_MS } from './key-lives.js';
import { type Planned, planSubscription } from './plan-subscription.js';
import type { StripeReads } from './stripe-reads.js';
import type { StripeWrites, Written } from './stripe-writes.js';
import { callStripe, classOf, shows } from './subscription-calls.js';

/** How long to wait before a sheet is asked for again that could not be made. Milliseconds. */
const AGAIN_MS = 1_000;

/** Subscriptions at Stripe, which bills them by itself. */
export class StripeSubscriptions implements SubscriptionGateway {
  constructor(
    private readonly clients: StripeClients,
    private readonly writes: StripeWrites,
    private readonly reads: StripeReads,
  ) {}

  async plan(target: SubscriptionTarget, wish: SubscriptionWish): Promise<ReadOutcome<Planned | Refused>> {
    const read = await this.reads.one<Stripe.Subscription>(target, 'subscription', target.ref);
    return read.kind === 'found' ? { kind: 'found', value: planSubscription(read.value, wish) } : read;
  }

  async make(call: SubscriptionCall): Promise<Written<SubscriptionLook>> {
    const { appId, account, key, order } = call;
    const written = await this.writes.write({
      appId,
      account,
      operation: classOf(order),
      key,
      name: `subscription_${order.kind}`,
      make: async (sdk, options) => lookAt(await callStripe(call, sdk, options)),
    });
    if (written.kind !== 'refused' || order.kind === 'subscribe') return written;
    // A refusal because it stands as it is wanted to is none.
    const seen = await this.happened(call);
    return seen.kind === 'found' && seen.value !== undefined ? done(seen.value) : written;
  }

  /**
   * First whether the subscription shows it, then the same call under the same key, which Stripe carries out once. A 500 that
   * Stripe only repeats is the end of that call: it did nothing, as was just seen, so it is made under a key of its own.
   */
  async settle(call: SubscriptionCall, ageMs: number): Promise<Settlement<SubscriptionLook>> {
    const seen = await this.happened(call);
    if (seen.kind === 'later') return seen;
    if (seen.kind === 'found' && seen.value !== undefined) return done(seen.value);
    if (seen.kind === 'missing' || ageMs >= KEY_LIVES_MS) return { kind: 'not_happened' };
    const first = await this.make(call);
    const isStuck = first.kind === 'unknown' && first.replayed === true;
    const again = isStuck ? await this.make({ ...call, key: `${call.key}-again` }) : first;
    if (again.kind !== 'unknown' && again.kind !== 'not_done') return again;
    const { reason } = again;
    return { kind: 'later', reason, ...(again.kind === 'not_done' && { retryAfterMs: again.retryAfterMs }) };
  }

  async sheet(
    target: SubscriptionTarget,
    version: string | undefined,
  ): Promise<ReadOutcome<SubscriptionSheetParts | undefined>> {
    const read = await this.reads.one<Stripe.Subscription>(target, 'subscription', target.ref, EXPANDED);
    if (read.kind !== 'found') return read;
    const secret = secretOf(read.value);
    if (secret === undefined) return { kind: 'found', value: undefined };
    const { customer, currency, livemode } = read.value;
    const [secrets, client] = await Promise.all([
      customerSecrets({ ...target, version }, typeof customer === 'string' ? customer : customer.id, this.writes),
      this.clients.of(target.appId),
    ]);
    if (secrets.kind !== 'done') return { kind: 'later', reason: `customer_${secrets.kind}`, retryAfterMs: AGAIN_MS };
    const publishableKey = client?.publishableKey;
    return { kind: 'found', value: { publishableKey, customer: secrets.value, livemode, currency, secret } };
  }

  /** The subscription, if it shows that the call happened. */
  private async happened(call: SubscriptionCall): Promise<ReadOutcome<SubscriptionLook | undefined>> {
    const { order } = call;
    if (order.kind !== 'subscribe') {
      const read = await this.reads.one<Stripe.Subscription>(call, 'subscription', order.ref);
      if (read.kind !== 'found') return read;
      return { kind: 'found', value: shows(call, read.value) ? lookAt(read.value) : undefined };
    }
    const query = { customer: order.customer, status: 'all' };
    const read = await this.reads.ofCustomer<Stripe.Subscription>(call, 'subscription', query);
    if (read.kind !== 'found') return read;
    const made = read.value.find((each) => shows(call, each));
    return { kind: 'found', value: made && lookAt(made) };
  }
}

const EXPANDED = ['latest_invoice.confirmation_secret', 'pending_setup_intent'];

/** Read as the process stage reads it, from an answer in the version of the API that the SDK is for. */
function lookAt(subscription: Stripe.Subscription): SubscriptionLook {
  const now = normalise('subscription', subscription, STRIPE_API_VERSION) as Subscription;
  return { ref: subscription.id, livemode: subscription.livemode, now };
}

/** What is to be paid now, else what later payments need. */
function secretOf({
  latest_invoice: invoice,
  pending_setup_intent: setup,
}: Stripe.Subscription): SubscriptionSheetParts['secret'] | undefined {
  if (typeof invoice === 'object' && invoice?.status === 'open' && invoice.confirmation_secret) {
    const { confirmation_secret: secret, amount_remaining: amount } = invoice;
    return { of: 'payment', clientSecret: secret.client_secret, amount };
  }
  const isOpen = typeof setup === 'object' && setup !== null && !['succeeded', 'canceled'].includes(setup.status);
  return isOpen ? { of: 'setup', clientSecret: setup.client_secret ?? '' } : undefined;
}
