import type { Uuid } from '@signalbox/contracts';
import { applicationShapes, type Application } from './normalise/application.js';
import { chargeShapes, type Charge } from './normalise/charge.js';
import { customerShapes, type Customer } from './normalise/customer.js';
import { disputeShapes, type Dispute } from './normalise/dispute.js';
import { fraudWarningShapes, type FraudWarning } from './normalise/fraud-warning.js';
import { invoicePaymentShapes, type InvoicePayment } from './normalise/invoice-payment.js';
import { invoiceShapes, type Invoice } from './normalise/invoice.js';
import { paymentIntentShapes, type PaymentIntent } from './normalise/payment-intent.js';
import { paymentMethodShapes, type PaymentMethod } from './normalise/payment-method.js';
import { payoutShapes, type Payout } from './normalise/payout.js';
import { refundShapes, type Refund } from './normalise/refund.js';
import { setupIntentShapes, type SetupIntent } from './normalise/setup-intent.js';
import type { Shape } from './normalise/shapes.js';
import { subscriptionShapes, type Subscription } from './normalise/subscription.js';
import { upcomingInvoiceShapes, type UpcomingInvoice } from './normalise/upcoming-invoice.js';
import { joinCharge, type ChargeState } from './states/charge.js';
import { joinCustomer, type CustomerState } from './states/customer.js';
import { joinDispute, type DisputeState } from './states/dispute.js';
import { joinInvoice, type InvoiceState } from './states/invoice.js';
import { latest } from './states/latest.js';
import { joinPaymentIntent, type PaymentIntentState } from './states/payment-intent.js';
import { joinPaymentMethod, type PaymentMethodState } from './states/payment-method.js';
import { joinPayout, type PayoutState } from './states/payout.js';
import { joinRefund, type RefundState } from './states/refund.js';
import { joinSetupIntent, type SetupIntentState } from './states/setup-intent.js';
import type { At, Join, State } from './states/state.js';
import { joinSubscription, type SubscriptionState } from './states/subscription.js';

/** The kinds of objects that we follow, by Stripe's names where it has one. */
export interface Kinds {
  payment_intent: { snapshot: PaymentIntent; state: PaymentIntentState };
  charge: { snapshot: Charge; state: ChargeState };
  refund: { snapshot: Refund; state: RefundState };
  dispute: { snapshot: Dispute; state: DisputeState };
  'radar.early_fraud_warning': { snapshot: FraudWarning; state: State<At<FraudWarning>> };
  setup_intent: { snapshot: SetupIntent; state: SetupIntentState };
  payment_method: { snapshot: PaymentMethod; state: PaymentMethodState };
  customer: { snapshot: Customer; state: CustomerState };
  subscription: { snapshot: Subscription; state: SubscriptionState };
  invoice: { snapshot: Invoice; state: InvoiceState };
  /** One that does not exist yet: each event about one stands for itself. */
  upcoming_invoice: { snapshot: UpcomingInvoice; state: State<At<UpcomingInvoice>> };
  invoice_payment: { snapshot: InvoicePayment; state: State<At<InvoicePayment>> };
  payout: { snapshot: Payout; state: PayoutState };
  application: { snapshot: Application; state: State<At<Application>> };
}
export type Kind = keyof Kinds;
export type SnapshotOf<K extends Kind> = Kinds[K]['snapshot'];
export type StateOf<K extends Kind> = Kinds[K]['state'];

export interface KindRules<K extends Kind> {
  readonly shapes: readonly Shape<SnapshotOf<K>>[];
  readonly join: Join<SnapshotOf<K>, StateOf<K>>;
  /** Its snapshots cannot be put in order, so Stripe is asked how it stands now, whatever an event shows. */
  readonly isAsked?: true;
}

export const KINDS: { readonly [K in Kind]: KindRules<K> } = {
  payment_intent: { shapes: paymentIntentShapes, join: joinPaymentIntent },
  charge: { shapes: chargeShapes, join: joinCharge },
  refund: { shapes: refundShapes, join: joinRefund },
  dispute: { shapes: disputeShapes, join: joinDispute, isAsked: true },
  'radar.early_fraud_warning': { shapes: fraudWarningShapes, join: latest(() => 0) },
  setup_intent: { shapes: setupIntentShapes, join: joinSetupIntent },
  payment_method: { shapes: paymentMethodShapes, join: joinPaymentMethod, isAsked: true },
  customer: { shapes: customerShapes, join: joinCustomer },
  subscription: { shapes: subscriptionShapes, join: joinSubscription, isAsked: true },
  invoice: { shapes: invoiceShapes, join: joinInvoice },
  upcoming_invoice: { shapes: upcomingInvoiceShapes, join: latest(() => 0) },
  invoice_payment: { shapes: invoicePaymentShapes, join: latest((look) => Number(look.status === 'paid')) },
  payout: { shapes: payoutShapes, join: joinPayout },
  application: { shapes: applicationShapes, join: latest(() => 0) },
};

/** What an object says of others, under the same names in every kind. */
export interface Links {
  readonly userId?: string | undefined;
  readonly customer?: string | undefined;
  readonly paymentIntent?: string | undefined;
  readonly charge?: string | undefined;
  /** The payment of ours that an intent was made for. */
  readonly payment?: Uuid | undefined;
}
