import { z } from 'zod';
import { OPERATOR_ROLES, operatorActed, operatorSignedIn } from './api/operators.js';
import { LANES } from './lanes.js';
import { loginAnomaly, loginAnomalyAnswered } from './login-anomaly.js';

const deliveryFact = z.object({
  deliveryId: z.string(),
  deviceId: z.string(),
  provider: z.string(),
  /** The attempt this fact tells of, from 1; 0 when nothing was tried. */
  attempt: z.number().int(),
  reason: z.string().optional(),
  /** The provider's answer as it came. */
  answer: z.unknown().optional(),
  /** When the next attempt is due. */
  nextAttemptAt: z.string().optional(),
  /** The rule of the app's policy that refused it, and the policy's version. */
  rule: z.string().optional(),
  policyVersion: z.number().int().optional(),
  /** From then on the same rule would have let it through. */
  passesFrom: z.string().optional(),
});

/** What a phone said of a delivery, and when that was by its own clock. */
const receiptFact = z.object({
  deliveryId: z.string(),
  deviceId: z.string(),
  provider: z.string(),
  at: z.iso.datetime(),
});

/** The recipients of a notification, as the caller named them; the last three are those of a broadcast. */
/** The recipients of a notification, as the caller named them; the last four are those of a broadcast. */
const notificationRecipients = z.union([
  z.strictObject({ userId: z.string() }),
  z.strictObject({ userIds: z.array(z.string()) }),
  z.strictObject({ installationId: z.string() }),
  z.strictObject({ topic: z.string() }),
  z.strictObject({ segment: z.string() }),
  /** The broadcast has it. */
  z.strictObject({ filter: z.literal(true) }),
  z.strictObject({ everyone: z.literal(true) }),
]);

const notificationAccepted = z.object({
  /** The work row that the accept made; everything that is still open for the notification descends from it. */
  root: z.uuid(),
  lane: z.enum(LANES),
  to: notificationRecipients,
  expiresAt: z.iso.datetime(),
  category: z.string().optional(),
  collapseKey: z.string().optional(),
  /** A session that it warns of: devices that are registered by it are left out. */
  exceptSession: z.string().optional(),
  /** Others that must not learn of it. */
  exceptSessions: z.array(z.string()).optional(),
  /** What its words are made of; the parameters are in its content. */
  template: z.strictObject({ id: z.string(), version: z.number().int() }).optional(),
  /** Data for the app alone: the phone shows nothing. */
  silent: z.literal(true).optional(),
  /** When it is to be sent: a moment, or a time on each user's own clock. */
  sendAt: z.union([z.iso.datetime(), z.strictObject({ local: z.string() })]).optional(),
  /** The event that made it necessary, where nobody asked for it over HTTP. */
  cause: z.string().optional(),
  /** The schedule that it is an occurrence of. */
  schedule: z.string().optional(),
  /** Where in a trace it was accepted, as a W3C `traceparent`: what is done about it later is linked to that. */
  trace: z.string().optional(),
});
export type NotificationAccepted = z.output<typeof notificationAccepted>;

/** All of what it is from then on, and which parts of it are others now. */
const notificationEdited = notificationAccepted
  .omit({ root: true, cause: true, schedule: true, trace: true })
  .extend({ changed: z.array(z.string()) });
export type NotificationEdited = z.output<typeof notificationEdited>;

/** Who moves the money. */
export const GATEWAYS = ['stripe', 'braintree'] as const;
export type Gateway = (typeof GATEWAYS)[number];

/** What every fact about money carries. Amounts are in the currency's smallest unit, as Stripe counts them. */
const moneyFact = z.object({
  gateway: z.enum(GATEWAYS),
  /** The gateway's name of the object that the fact is about. */
  gatewayRef: z.string(),
  /** The connected account, where it is not the app's own. */
  account: z.string().optional(),
  livemode: z.boolean(),
  /** Which of the app's users it concerns, where that is known. */
  userId: z.string().optional(),
  /** When it happened at the gateway; the fact may be written much later. Absent: when the fact was written. */
  occurredAt: z.iso.datetime().optional(),
});
const paymentFact = moneyFact.extend({
  paymentId: z.string(),
  amount: z.number().int(),
  currency: z.string(),
  /** The invoice that it pays, where the gateway says so: invoices have facts of their own. */
  invoiceId: z.string().optional(),
});
const ofPayment = moneyFact.extend({
  paymentId: z.string().optional(),
  amount: z.number().int(),
  currency: z.string(),
});
const refundFact = ofPayment.extend({ refundId: z.string(), reason: z.string().optional() });
const disputeFact = ofPayment.extend({ disputeId: z.string(), status: z.string(), reason: z.string().optional() });
const invoiceFact = moneyFact.extend({
  invoiceId: z.string(),
  subscriptionId: z.string().optional(),
  amount: z.number().int(),
  currency: z.string(),
});
const setupFact = moneyFact.extend({ setupIntentId: z.string() });

/** Why a session ended. */
const SIGN_OUT_REASONS = [
  'signed_out',
  'revoked',
  'refresh_reused',
  'code_reused',
  'password_changed',
  'superseded',
  'user_disabled',
  'user_deleted',
  'not_me',
] as const;
export type SignOutReason = (typeof SIGN_OUT_REASONS)[number];

const sessionFact = z.object({ userId: z.string(), sessionId: z.string(), clientId: z.string() });

/** How a user can prove a second time who it is. Recovery codes are a factor without an id. */
const factorFact = z.object({
  userId: z.string(),
  factorId: z.string().optional(),
  kind: z.enum(['totp', 'passkey', 'recovery_codes']),
});
/** About a request for a user's data. `userId` is there for users of ours; an app's own id of a user stays out of the log. */
const dataRequestFact = z.object({ requestId: z.string(), userId: z.string().optional() });

/** What a service had to keep of an erased user, and why. */
export const keptData = z.object({
  what: z.string(),
  count: z.number().int(),
  reason: z.string(),
  /** Until when, where it is not for as long as the service runs. */
  until: z.iso.datetime().optional(),
});
export type KeptData = z.output<typeof keptData>;

const servicePart = dataRequestFact.extend({ service: z.string(), counts: z.record(z.string(), z.number().int()) });

const identityFact = z.object({ userId: z.string(), identityId: z.string(), provider: z.string() });

const webhookEndpointFact = z.object({ endpointId: z.string() });

/**
 * Every fact that a service may write into the event log, with the schema of its `data`. The feed shows facts under
 * these names; a consumer parses `data` with the schema found here. New fields are optional, old ones stay.
 */
export const EVENT_TYPES = {
  'app.created': z.object({ name: z.string() }),
  /** What it may ask for is another from now on. `version` counts the changes. */
  'app.limits_changed': z.object({ version: z.number().int() }),
  'credential.changed': z.object({ provider: z.string(), credentialId: z.string(), version: z.number().int() }),
  'api_key.created': z.object({
    keyId: z.string(),
    kind: z.enum(['secret', 'publishable']),
    scopes: z.array(z.string()),
    allowedCidrs: z.array(z.string()).optional(),
  }),
  'api_key.revoked': z.object({ keyId: z.string() }),
  /** It was used from where it may not be. `network`: the /24 or /48 of the address, if it is known. */
  'api_key.address_refused': z.object({ keyId: z.string(), network: z.string().nullable() }),
  'token_issuer.added': z.object({ issuerId: z.string(), issuer: z.string(), audience: z.string() }),
  'token_issuer.removed': z.object({ issuerId: z.string() }),
  'auth_settings.changed': z.object({ version: z.number().int() }),
  'client.created': z.object({ clientId: z.string(), kind: z.string(), scopes: z.array(z.string()) }),
  'client.revoked': z.object({ clientId: z.string() }),
  /** A device got its first tokens. `amr`: how the user proved who it is (RFC 8176 and ours). */
  'auth.signed_in': sessionFact.extend({ acr: z.string(), amr: z.array(z.string()) }),
  'auth.signed_out': sessionFact.extend({ reason: z.enum(SIGN_OUT_REASONS) }),
  /** A session's tokens count no longer; its phone fetches new ones, and whoever else has its refresh token is found out. */
  'auth.rotation_forced': sessionFact.extend({ reason: z.string() }),
  'auth.login_anomaly': loginAnomaly,
  'auth.login_anomaly_answered': loginAnomalyAnswered,
  'auth.user_registered': z.object({ userId: z.string() }),
  /** The user proved that the address is theirs; `change`: it is a new one, in the place of another. */
  'auth.email_verified': z.object({ userId: z.string(), change: z.boolean() }),
  'auth.password_changed': z.object({ userId: z.string(), by: z.enum(['user', 'recovery']) }),
  /** A mail to a user was given up. */
  'auth.mail_dead': z.object({
    mailId: z.string(),
    userId: z.string().optional(),
    template: z.string(),
    reason: z.string(),
  }),
  'sign_in_provider.changed': z.object({ provider: z.string(), kind: z.string(), version: z.number().int() }),
  'sign_in_provider.removed': z.object({ provider: z.string(), kind: z.string() }),
  /**
   * Somebody at a provider is a user here: `created` with it, `linked` by an address that both have proven, `proven` by both proofs,
   * `returned` after it was withdrawn over there.
   */
  'auth.identity_linked': identityFact.extend({ how: z.enum(['created', 'linked', 'proven', 'returned']) }),
  /** `reason`: `unlinked` by the user, `claimed` with an account by whoever has its address, or what the provider told. */
  'auth.identity_unlinked': identityFact.extend({ reason: z.string() }),
  /** Told once a minute for each provider and trouble. `opened`: users are not sent there for a while. */
  'auth.provider_trouble': z.object({
    provider: z.string(),
    kind: z.string(),
    trouble: z.string(),
    opened: z.boolean(),
  }),
  'auth.user_status_changed': z.object({ userId: z.string(), status: z.string() }),
  /** `withFactor`: recovery codes that came with a first factor, of which another fact tells. */
  'auth.factor_added': factorFact.extend({ withFactor: z.boolean().optional() }),
  /** `used`: a recovery code is gone with its use; `left` says how many there still are. */
  'auth.factor_removed': factorFact.extend({
    reason: z.enum(['removed', 'replaced', 'used']),
    left: z.number().int().optional(),
  }),
  'user.erasure_requested': dataRequestFact,
  'user.export_requested': dataRequestFact,
  /** One service has done its part. */
  'user.data_erased': servicePart.extend({ kept: z.array(keptData) }),
  'user.data_exported': servicePart,
  /** All have; the receipt is there. */
  'user.erased': dataRequestFact,
  'user.export_ready': dataRequestFact,
  /** Some service has not answered in time. It is asked on; nobody calls the request done. */
  'user.data_request_overdue': dataRequestFact.extend({ kind: z.string(), services: z.array(z.string()) }),
  'device.registered': z.object({ deviceId: z.string(), installationId: z.string(), platform: z.string() }),
  'device.removed': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  /** The session that registered it has ended, for this reason: the device is nobody's until it is registered again. */
  'device.signed_out': z.object({
    deviceId: z.string(),
    installationId: z.string(),
    sessionId: z.string(),
    reason: z.string(),
  }),
  /**
   * A device that a provider's answer had ended gets notifications again: `undone` by a caller, `reproved` by the
   * provider itself, or `kept` by an operator when a deletion guard held it.
   */
  'device.restored': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  'device.suspected': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  'notification.accepted': notificationAccepted,
  /** Before it was routed. Its content, if that is another now, is beside it, sealed. */
  'notification.edited': notificationEdited,
  /** `cause`: the event after which it was not worth telling any more, where nobody cancelled it over HTTP. */
  'notification.cancelled': z.object({ cause: z.string().optional() }),
  /** Written when routing made anything but one delivery. */
  'notification.routed': z.object({
    deliveries: z.number().int(),
    withoutDevice: z.array(z.string()),
    /** Those of `withoutDevice` that have devices, which are all suspect. */
    onlySuspect: z.array(z.string()).optional(),
  }),
  /** Routing made no delivery at all; `deviceIds` are suspect devices that it passed over, up to twenty. */
  'notification.undeliverable': z.object({ reason: z.string(), deviceIds: z.array(z.string()).optional() }),
  /** Routing put it off: told for each user, or for a broadcast once for all whom the same rule puts off to the same time. */
  'notification.delayed': z.object({
    userId: z.string().optional(),
    /** Of a broadcast. */
    devices: z.number().int().optional(),
    until: z.iso.datetime(),
    reason: z.string(),
    rule: z.string(),
    policyVersion: z.number().int(),
  }),
  'delivery.sent': deliveryFact,
  'delivery.retrying': deliveryFact,
  'delivery.rejected': deliveryFact,
  'delivery.gone': deliveryFact,
  'delivery.suspect': deliveryFact,
  'delivery.refused': deliveryFact,
  'delivery.expired': deliveryFact,
  'delivery.dead': deliveryFact,
  /** The phone has it. Told once, also when the first that the phone says is that it was opened or dismissed. */
  'delivery.delivered': receiptFact,
  'delivery.opened': receiptFact,
  'delivery.dismissed': receiptFact,
  /** A dead letter was sent again, as a new delivery. */
  'delivery.replayed': z.object({
    deliveryId: z.string(),
    replayId: z.string(),
    deviceId: z.string(),
    provider: z.string(),
    reason: z.string(),
    /** The run that it was a part of. */
    runId: z.string().optional(),
  }),
  /** A dead letter was put away for good. */
  'delivery.discarded': z.object({
    deliveryId: z.string(),
    deviceId: z.string(),
    provider: z.string(),
    reason: z.string(),
    note: z.string(),
    runId: z.string().optional(),
  }),
  /** All letters of a selection are sent again, or put away, one after the other. `letters`: how many were open when it began. */
  'dead_letter_run.started': z.object({
    action: z.enum(['replay', 'discard']),
    provider: z.string().optional(),
    lane: z.string().optional(),
    reason: z.string().optional(),
    perSecond: z.number().int().optional(),
    note: z.string().optional(),
    letters: z.number().int(),
    startedBy: z.string(),
  }),
  /** The letters that it had not come to stay open. */
  'dead_letter_run.stopped': z.object({ done: z.number().int(), letters: z.number().int(), stoppedBy: z.string() }),
  /** None of its letters is open any more. Those that it did not do itself somebody else did meanwhile. */
  'dead_letter_run.ended': z.object({ done: z.number().int(), letters: z.number().int() }),
  'schedule.changed': z.object({
    name: z.string(),
    change: z.enum(['created', 'changed', 'paused', 'resumed', 'ended', 'deleted']),
  }),
  /** `at`: the time for which it was sent. */
  'schedule.fired': z.object({
    name: z.string(),
    at: z.iso.datetime(),
    notificationId: z.string(),
    /** Where it is one to many. */
    broadcastId: z.string().optional(),
  }),
  /** Nobody was there to send it at these times, the first and the last of them, and it is too late for them now. */
  'schedule.missed': z.object({
    name: z.string(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    /** Absent: nobody was there to send it. */
    reason: z.literal('no_such_segment').optional(),
  }),
  'category.changed': z.object({ category: z.string(), guarantee: z.string() }),
  /** `changed`: JSON pointers into the policy's document. */
  'policy.changed': z.object({ version: z.number().int(), changed: z.array(z.string()) }),
  /** Which of a user's preferences are others now; what they are is nobody's but the user's and the app's. */
  'preferences.changed': z.object({ userId: z.string(), changed: z.array(z.string()), by: z.enum(['user', 'app']) }),
  /** `activeVersion` is what notifications get from now on that name no version; `version` is the one that was put or activated. */
  'template.changed': z.object({ name: z.string(), version: z.number().int(), activeVersion: z.number().int() }),
  /** Nothing new is made of it; what was accepted before still is. */
  'template.removed': z.object({ name: z.string() }),
  /** Another filter stands behind the name. */
  'segment.changed': z.object({ segment: z.string(), version: z.number().int() }),
  'segment.removed': z.object({ segment: z.string() }),
  /** `devices`: how many were meant when it began; null: counting them took too long. */
  'broadcast.started': z.object({ devices: z.number().int().nullable() }),
  /** `reason` is there when nobody asked for it. */
  'broadcast.paused': z.object({ devices: z.number().int(), reason: z.string().optional() }),
  'broadcast.resumed': z.object({ devices: z.number().int() }),
  /** `devices` of them will get nothing; to what was on its way then, the deliveries tell what became of it. Null: nobody counted them. */
  'broadcast.cancelled': z.object({ devices: z.number().int().nullable() }),
  /** Every phone was looked at; those who get it later are told by why. */
  'broadcast.handed_out': z.object({ devices: z.number().int(), delayed: z.record(z.string(), z.number().int()) }),
  /** Nothing is owed to any phone any more. */
  'broadcast.completed': z.object({ devices: z.number().int(), outcomes: z.record(z.string(), z.number().int()) }),
  /** Facts about the console's operators belong to no app: their `appId` is that of the installation. */
  'operator.signed_in': operatorSignedIn,
  'operator.acted': operatorActed,
  /** Somebody may use the console from now on, as `role`, or no longer. */
  'operator.granted': z.object({ userId: z.string(), role: z.enum(OPERATOR_ROLES) }),
  'operator.removed': z.object({ userId: z.string() }),
  /** A credential's answers would have deleted more devices than is usual: from here on they are suspect instead. */
  'deletion_guard.tripped': z.object({ credentialId: z.string(), provider: z.string() }),
  'deletion_guard.released': z.object({ credentialId: z.string(), verdict: z.string(), devices: z.number().int() }),
  'hold.placed': z.object({
    credentialId: z.string(),
    reason: z.string(),
    until: z.string(),
    scope: z.string().optional(),
    /** How often in a row, from 1: a hold that comes back after its probe lasts longer each time. */
    times: z.number().int().optional(),
  }),
  'hold.lifted': z.object({ credentialId: z.string(), reason: z.string() }),
  /** An operator opened a breaker (nothing is sent), closed it (it is sent whatever comes of it), or left it to itself again. */
  'breaker.set': z.object({
    credentialId: z.string(),
    position: z.string(),
    reason: z.string(),
    until: z.string().optional(),
  }),
  /** Facts about a webhook endpoint are never sent to that endpoint, but for the test that it was asked to take. */
  'webhook_endpoint.created': webhookEndpointFact,
  'webhook_endpoint.changed': webhookEndpointFact.extend({ fields: z.array(z.string()) }),
  'webhook_endpoint.deleted': webhookEndpointFact,
  'webhook_endpoint.disabled': webhookEndpointFact.extend({
    reason: z.string(),
    failingSince: z.iso.datetime().optional(),
  }),
  'webhook_endpoint.enabled': webhookEndpointFact,
  /** Somebody asked for a test: sent to that endpoint alone, whatever types it wants. */
  'webhook_endpoint.test': webhookEndpointFact,
  'stripe_source.created': z.object({
    sourceId: z.string(),
    scope: z.string(),
    livemode: z.boolean(),
    shape: z.string(),
  }),
  'stripe_source.changed': z.object({ sourceId: z.string(), fields: z.array(z.string()) }),
  'stripe_source.deleted': z.object({ sourceId: z.string() }),
  'payment.processing': paymentFact,
  /**
   * The customer has to do something; `nextAction` is the gateway's kind of it, `deepLink` where in the app it is done, if
   * the app's backend said so.
   */
  'payment.action_required': paymentFact.extend({
    nextAction: z.string().optional(),
    deepLink: z.string().max(2_048).optional(),
  }),
  /** The amount is reserved and not yet taken; `amountReceived`: a part of it was, and more may be. */
  'payment.authorized': paymentFact.extend({
    amountCapturable: z.number().int(),
    amountReceived: z.number().int().optional(),
  }),
  'payment.succeeded': paymentFact.extend({ amountReceived: z.number().int() }),
  /**
   * An attempt failed; the payment may still succeed. Once for each attempt. `amountReversed`: it had counted as received, and
   * never came.
   */
  'payment.failed': paymentFact.extend({
    code: z.string().optional(),
    declineCode: z.string().optional(),
    amountReversed: z.number().int().optional(),
  }),
  'payment.canceled': paymentFact.extend({ reason: z.string().optional() }),
  /** What of it was given back in all has changed. */
  'payment.refunded': paymentFact.extend({ amountRefunded: z.number().int() }),
  /** `fundsWithdrawn`: the money has left the gateway's balance; usual for cards, though the customer has it days later. */
  'refund.created': refundFact.extend({ fundsWithdrawn: z.boolean().optional() }),
  /** Where the money left later than the refund was made: it waited for funds, or for the customer's bank details. */
  'refund.funds_withdrawn': refundFact,
  'refund.succeeded': refundFact,
  /** Also after it had succeeded: the money is owed again. */
  'refund.failed': refundFact,
  'refund.canceled': refundFact,
  /** Somebody's bank asks (`warning_*`) or takes the money back. */
  'dispute.opened': disputeFact.extend({ evidenceDueBy: z.iso.datetime().optional() }),
  'dispute.escalated': disputeFact,
  'dispute.won': disputeFact,
  'dispute.lost': disputeFact,
  'dispute.closed': disputeFact,
  /** Amount and currency are those of the gateway's balance; `fee`: what the gateway took for it, negative where it gave that back. */
  'dispute.funds_withdrawn': disputeFact.extend({ fee: z.number().int().optional() }),
  'dispute.funds_reinstated': disputeFact.extend({ fee: z.number().int().optional() }),
  'fraud_warning.created': ofPayment.extend({ fraudType: z.string().optional() }),
  'setup.succeeded': setupFact.extend({ paymentMethod: z.string().optional() }),
  'setup.failed': setupFact.extend({ code: z.string().optional() }),
  'setup.action_required': setupFact.extend({ nextAction: z.string().optional() }),
  'payment_method.attached': moneyFact.extend({
    kind: z.string(),
    brand: z.string().optional(),
    last4: z.string().optional(),
  }),
  'payment_method.changed': moneyFact.extend({
    kind: z.string(),
    brand: z.string().optional(),
    last4: z.string().optional(),
  }),
  'payment_method.detached': moneyFact,
  /** What the subscription entitles to has changed: computed from its present state, never from an event's. */
  'subscription.changed': moneyFact.extend({
    subscriptionId: z.string(),
    status: z.string(),
    entitled: z.boolean(),
    entitledUntil: z.iso.datetime().optional(),
    prices: z.array(z.string()),
  }),
  'subscription.trial_ending': moneyFact.extend({ subscriptionId: z.string(), endsAt: z.iso.datetime() }),
  'invoice.upcoming': invoiceFact.omit({ invoiceId: true }).extend({ dueAt: z.iso.datetime().optional() }),
  'invoice.paid': invoiceFact,
  /** Once for each attempt; `last`: the gateway will not try again. */
  'invoice.payment_failed': invoiceFact.extend({
    attempt: z.number().int(),
    last: z.boolean(),
    nextAttemptAt: z.iso.datetime().optional(),
    /** `subscription_create`: the first invoice, most often in the presence of the customer, who saw it fail. */
    billingReason: z.string().optional(),
  }),
  'invoice.action_required': invoiceFact,
  'invoice.voided': invoiceFact,
  'invoice.uncollectible': invoiceFact,
  /** The money has left the gateway's balance, and is on its way to the bank. */
  'payout.created': moneyFact.extend({ amount: z.number().int(), currency: z.string() }),
  'payout.paid': moneyFact.extend({ amount: z.number().int(), currency: z.string() }),
  /** Also after it had been paid. */
  'payout.failed': moneyFact.extend({ amount: z.number().int(), currency: z.string(), code: z.string().optional() }),
  'payout.canceled': moneyFact.extend({ amount: z.number().int(), currency: z.string() }),
  'account.deauthorized': moneyFact.omit({ userId: true }),
  /** An event of Stripe's could not be read or worked on, and waits for somebody to look at it. */
  'stripe_event.dead': z.object({ eventId: z.string(), stripeId: z.string(), type: z.string(), reason: z.string() }),
  /** A notification of Braintree's could not be worked on, and waits for somebody to look at it. */
  'braintree_event.dead': z.object({ eventId: z.string(), kind: z.string(), reason: z.string() }),
  /** The reconciler found events that Stripe never delivered. */
  'stripe_event.gap_filled': z.object({ count: z.number().int(), oldest: z.iso.datetime(), newest: z.iso.datetime() }),
} as const;

export type EventType = keyof typeof EVENT_TYPES;

/** One row of the feed as the outside sees it: CloudEvents 1.0 attribute names. */
export const feedEvent = z.object({
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  seq: z.number().int().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type FeedEvent = z.output<typeof feedEvent>;
