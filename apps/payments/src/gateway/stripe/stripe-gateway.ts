import type { Uuid } from '@signalbox/contracts';
import type Stripe from 'stripe';
import type { StripeCalls } from '../../read-stripe/stripe-calls.js';
import type { StripeClients } from '../../read-stripe/stripe-clients.js';
import type { AccountOutcome, Person } from '../account-gateway.js';
import type {
  Call,
  CancelCall,
  CaptureCall,
  ChargeCall,
  CustomerCall,
  OpenCall,
  OperationClass,
  PaymentGateway,
  PaymentState,
  PaymentTarget,
  RefundCall,
  RefundState,
  SheetCall,
  SheetParts,
  Unsettled,
} from '../gateway.js';
import { done, type GatewayOutcome, type ReadOutcome, type Settlement } from '../outcome.js';
import { CLASS_OF } from '../gateway.js';
import { StripeAccounts } from './stripe-accounts.js';
import { type StripeCustomers } from './stripe-customers.js';
import { stateOfIntent, stateOfRefund } from './intent-state.js';
import { notesOfPayment, notesOfRefund } from './notes.js';
import { settleAtStripe } from './settle.js';
import { stripeSheet } from './sheet.js';
import { StripeReads } from './stripe-reads.js';
import { StripeSubscriptions } from './stripe-subscriptions.js';
import type { StripeWrite, StripeWrites, Written } from './stripe-writes.js';

type Cancellation = Stripe.PaymentIntentCancelParams;

/** Stripe behind the port: a payment is a payment intent, and confirmed by the sheet on the phone or, off session, by us. */
export class StripeGateway implements PaymentGateway {
  readonly name = 'stripe';
  private readonly reads: StripeReads;
  readonly accounts: StripeAccounts;

  constructor(
    clients: StripeClients,
    private readonly writes: StripeWrites,
    private readonly calls: StripeCalls,
    private readonly customers: StripeCustomers,
  ) {
    const reads = (this.reads = new StripeReads(calls));
    const subscriptions = new StripeSubscriptions(clients, writes, reads);
    this.accounts = new StripeAccounts(clients, writes, reads, customers, subscriptions);
  }

  modeOf(appId: Uuid): Promise<{ readonly livemode: boolean } | undefined> {
    return this.writes.clientOf(appId);
  }

  turnsAway(appId: Uuid, operation: OperationClass): number | undefined {
    return operation === 'read' ? this.calls.turnsAway(appId) : this.writes.turnsAway(appId, operation);
  }

  open(call: OpenCall): Promise<Written<PaymentState>> {
    const { target, customer, description, setupFutureUsage } = call;
    return this.write(call, 'open', async (sdk, options) =>
      stateOfIntent(
        await sdk.paymentIntents.create(
          {
            amount: target.amount,
            currency: target.currency,
            capture_method: target.capture === 'manual' ? 'manual' : 'automatic_async',
            ...(call.method === undefined
              ? { automatic_payment_methods: { enabled: true } }
              : { payment_method_types: [call.method] }),
            metadata: notesOfPayment(call),
            ...(customer !== undefined && { customer }),
            ...(description !== undefined && { description }),
            ...(setupFutureUsage !== undefined && { setup_future_usage: setupFutureUsage }),
          },
          options,
        ),
      ),
    );
  }

  charge(call: ChargeCall): Promise<Written<PaymentState>> {
    const { method, offSession, target } = call;
    if (method.kind === 'nonce') {
      const detail = 'Stripe takes saved payment methods; what the customer enters is confirmed by the sheet.';
      return Promise.resolve({ kind: 'refused', code: 'nonce_not_supported', detail });
    }
    return this.write(call, 'charge', async (sdk, options) =>
      stateOfIntent(
        await sdk.paymentIntents.confirm(
          refOf(target),
          { payment_method: method.id, off_session: offSession, return_url: RETURN_NOWHERE },
          options,
        ),
      ),
    );
  }

  async capture(call: CaptureCall): Promise<Written<PaymentState>> {
    const written = await this.write(call, 'capture', async (sdk, options) =>
      stateOfIntent(
        await sdk.paymentIntents.capture(
          refOf(call.target),
          call.amount === undefined ? {} : { amount_to_capture: call.amount },
          options,
        ),
      ),
    );
    // Another amount than was taken before is another wish.
    return call.amount === undefined ? this.orAlready(call.target, 'succeeded', written) : written;
  }

  async cancel(call: CancelCall): Promise<Written<PaymentState>> {
    const params: Cancellation = call.reason === undefined ? {} : { cancellation_reason: call.reason };
    const written = await this.write(call, 'cancel', async (sdk, options) =>
      stateOfIntent(await sdk.paymentIntents.cancel(refOf(call.target), params, options)),
    );
    return this.orAlready(call.target, 'canceled', written);
  }

  refund(call: RefundCall): Promise<Written<RefundState>> {
    const { target, amount, reason } = call;
    return this.write(call, 'refund', async (sdk, options) =>
      stateOfRefund(
        await sdk.refunds.create(
          {
            payment_intent: refOf(target),
            metadata: notesOfRefund(call),
            ...(amount !== undefined && { amount }),
            ...(reason !== undefined && { reason }),
          },
          options,
        ),
      ),
    );
  }

  async read(target: PaymentTarget): Promise<ReadOutcome<PaymentState>> {
    const read = await this.reads.intent(target);
    return read.kind === 'found' ? { kind: 'found', value: stateOfIntent(read.value) } : read;
  }

  sheet(call: SheetCall): Promise<ReadOutcome<SheetParts>> {
    return stripeSheet(call, { reads: this.reads, writes: this.writes });
  }

  customer(call: CustomerCall): Promise<GatewayOutcome<{ readonly ref: string }>> {
    return this.customers.of(call);
  }

  forget(person: Person): Promise<AccountOutcome<null>> {
    return this.accounts.remove(person);
  }

  settle(operation: Unsettled): Promise<Settlement<PaymentState | RefundState>> {
    return settleAtStripe(operation, this.reads, this);
  }

  private write<Value>(
    { target: { appId, account, ref }, key }: Call,
    name: keyof typeof CLASS_OF,
    make: StripeWrite<Value>['make'],
  ): Promise<Written<Value>> {
    if (name !== 'open' && ref === undefined) return Promise.resolve(NOT_OPENED);
    return this.writes.write({ appId, account, operation: CLASS_OF[name], key, name, make });
  }

  /** A refusal because it stands as it is wanted to is none. */
  private async orAlready(
    target: PaymentTarget,
    status: PaymentState['status'],
    written: Written<PaymentState>,
  ): Promise<Written<PaymentState>> {
    if (written.kind !== 'refused' || written.code !== 'payment_intent_unexpected_state') return written;
    const read = await this.read(target);
    return read.kind === 'found' && read.value.status === status ? done(read.value) : written;
  }
}

/** Stripe wants an address for methods that leave the app; off session nobody goes there. */
const RETURN_NOWHERE = 'https://signalbox.invalid/return';

const NOT_OPENED = {
  kind: 'refused',
  code: 'not_opened',
  detail: 'Stripe has no intent of this payment.',
} as const;

function refOf({ ref }: PaymentTarget): string {
  if (ref === undefined) throw new Error('a call about a payment intent needs its id');
  return ref;
}
