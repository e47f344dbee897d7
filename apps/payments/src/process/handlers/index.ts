import type { Kind } from '../kinds.js';
import { accountApplicationDeauthorized } from './account-application-deauthorized.js';
import { chargeRecorded } from './charge-recorded.js';
import { chargeRefunded } from './charge-refunded.js';
import { customerDeleted } from './customer-deleted.js';
import { customerRecorded } from './customer-recorded.js';
import { disputeChanged } from './dispute-changed.js';
import { disputeFundsReinstated } from './dispute-funds-reinstated.js';
import { disputeFundsWithdrawn } from './dispute-funds-withdrawn.js';
import { fraudWarningCreated } from './fraud-warning-created.js';
import { fraudWarningRecorded } from './fraud-warning-recorded.js';
import type { Handler } from './handler.js';
import { invoiceMarkedUncollectible } from './invoice-marked-uncollectible.js';
import { invoicePaid } from './invoice-paid.js';
import { invoicePaymentActionRequired } from './invoice-payment-action-required.js';
import { invoicePaymentFailed } from './invoice-payment-failed.js';
import { invoicePaymentRecorded } from './invoice-payment-recorded.js';
import { invoiceRecorded } from './invoice-recorded.js';
import { invoiceUpcoming } from './invoice-upcoming.js';
import { invoiceVoided } from './invoice-voided.js';
import { paymentIntentAmountCapturableUpdated } from './payment-intent-amount-capturable-updated.js';
import { paymentIntentCanceled } from './payment-intent-canceled.js';
import { paymentIntentPaymentFailed } from './payment-intent-payment-failed.js';
import { paymentIntentProcessing } from './payment-intent-processing.js';
import { paymentIntentRecorded } from './payment-intent-recorded.js';
import { paymentIntentRequiresAction } from './payment-intent-requires-action.js';
import { paymentIntentSucceeded } from './payment-intent-succeeded.js';
import { paymentMethodAttached } from './payment-method-attached.js';
import { paymentMethodChanged } from './payment-method-changed.js';
import { paymentMethodDetached } from './payment-method-detached.js';
import { payoutCanceled } from './payout-canceled.js';
import { payoutCreated } from './payout-created.js';
import { payoutFailed } from './payout-failed.js';
import { payoutPaid } from './payout-paid.js';
import { refundChanged } from './refund-changed.js';
import { setupIntentRecorded } from './setup-intent-recorded.js';
import { setupIntentRequiresAction } from './setup-intent-requires-action.js';
import { setupIntentSetupFailed } from './setup-intent-setup-failed.js';
import { setupIntentSucceeded } from './setup-intent-succeeded.js';
import { subscriptionChanged } from './subscription-changed.js';
import { subscriptionTrialWillEnd } from './subscription-trial-will-end.js';

/** A handler of any kind. A union, so that a handler and its kind stay together. */
export type AnyHandler = { [K in Kind]: Handler<K> }[Kind];

/**
 * What follows from which event, by Stripe's type; a thin event's `v1.` left away. A type that is not here is stored and
 * counted. Several types share a reaction where Stripe has many names for one thing.
 */
const HANDLERS = new Map<string, AnyHandler>(
  Object.entries({
    'payment_intent.created': paymentIntentRecorded,
    'payment_intent.partially_funded': paymentIntentRecorded,
    'payment_intent.processing': paymentIntentProcessing,
    'payment_intent.requires_action': paymentIntentRequiresAction,
    'payment_intent.amount_capturable_updated': paymentIntentAmountCapturableUpdated,
    'payment_intent.succeeded': paymentIntentSucceeded,
    'payment_intent.payment_failed': paymentIntentPaymentFailed,
    'payment_intent.canceled': paymentIntentCanceled,

    'charge.pending': chargeRecorded,
    'charge.succeeded': chargeRecorded,
    'charge.failed': chargeRecorded,
    'charge.captured': chargeRecorded,
    'charge.expired': chargeRecorded,
    'charge.updated': chargeRecorded,
    'charge.refunded': chargeRefunded,

    'refund.created': refundChanged,
    'refund.updated': refundChanged,
    'refund.failed': refundChanged,
    // Its object is the refund, whatever its name says.
    'charge.refund.updated': refundChanged,

    'charge.dispute.created': disputeChanged,
    'charge.dispute.updated': disputeChanged,
    'charge.dispute.closed': disputeChanged,
    'charge.dispute.funds_withdrawn': disputeFundsWithdrawn,
    'charge.dispute.funds_reinstated': disputeFundsReinstated,

    'radar.early_fraud_warning.created': fraudWarningCreated,
    'radar.early_fraud_warning.updated': fraudWarningRecorded,

    'setup_intent.created': setupIntentRecorded,
    'setup_intent.canceled': setupIntentRecorded,
    'setup_intent.succeeded': setupIntentSucceeded,
    'setup_intent.setup_failed': setupIntentSetupFailed,
    'setup_intent.requires_action': setupIntentRequiresAction,

    'payment_method.attached': paymentMethodAttached,
    'payment_method.automatically_updated': paymentMethodChanged,
    'payment_method.updated': paymentMethodChanged,
    'payment_method.detached': paymentMethodDetached,

    'customer.created': customerRecorded,
    'customer.updated': customerRecorded,
    'customer.deleted': customerDeleted,

    'customer.subscription.created': subscriptionChanged,
    'customer.subscription.updated': subscriptionChanged,
    'customer.subscription.deleted': subscriptionChanged,
    'customer.subscription.paused': subscriptionChanged,
    'customer.subscription.resumed': subscriptionChanged,
    'customer.subscription.pending_update_applied': subscriptionChanged,
    'customer.subscription.pending_update_expired': subscriptionChanged,
    'customer.subscription.trial_will_end': subscriptionTrialWillEnd,
    // Thin events name the change more closely than snapshots do.
    'customer.subscription.active': subscriptionChanged,
    'customer.subscription.trialing': subscriptionChanged,
    'customer.subscription.past_due': subscriptionChanged,
    'customer.subscription.unpaid': subscriptionChanged,
    'customer.subscription.incomplete': subscriptionChanged,
    'customer.subscription.incomplete_expired': subscriptionChanged,
    'customer.subscription.cancel_at_changed': subscriptionChanged,
    'customer.subscription.item_added': subscriptionChanged,
    'customer.subscription.item_removed': subscriptionChanged,
    'customer.subscription.item_price_changed': subscriptionChanged,
    'customer.subscription.item_quantity_changed': subscriptionChanged,

    'invoice.created': invoiceRecorded,
    'invoice.finalized': invoiceRecorded,
    'invoice.updated': invoiceRecorded,
    'invoice.upcoming': invoiceUpcoming,
    'invoice.paid': invoicePaid,
    'invoice.payment_succeeded': invoicePaid,
    'invoice.payment_failed': invoicePaymentFailed,
    'invoice.payment_action_required': invoicePaymentActionRequired,
    'invoice.voided': invoiceVoided,
    'invoice.marked_uncollectible': invoiceMarkedUncollectible,
    'invoice_payment.paid': invoicePaymentRecorded,

    'payout.created': payoutCreated,
    'payout.updated': payoutCreated,
    'payout.canceled': payoutCanceled,
    'payout.paid': payoutPaid,
    'payout.failed': payoutFailed,

    'account.application.deauthorized': accountApplicationDeauthorized,
  } satisfies Record<string, AnyHandler>),
);

/** The types that something follows from. */
export const HANDLED_TYPES: readonly string[] = [...HANDLERS.keys()];

/** The reaction to a type of event; undefined: it is stored and nothing else. */
export function handlerOf(type: string): AnyHandler | undefined {
  return HANDLERS.get(type);
}
