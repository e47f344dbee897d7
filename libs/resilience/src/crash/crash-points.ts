/**
 * Every await on the way of an accepted notification, by stage. The crash suite kills a push process before and after each
 * of them and then checks the invariant.
 */
export const CRASH_POINTS = [
  'accept.commit',
  'accept.publish',
  'offer.commit',
  'offer.publish',
  'claim.lease',
  'claim.renew',
  'route.load',
  'route.commit',
  'route.hand-on',
  'route.publish',
  'send.load',
  'send.mark',
  'send.call',
  'flush.commit',
  'flush.publish',
  'release.commit',
  'split.commit',
  'replay.commit',
  'replay.publish',
] as const;

/** The same on the way of a broadcast to the work of its phones; what follows is in CRASH_POINTS. */
export const BROADCAST_CRASH_POINTS = [
  'broadcast.start',
  'broadcast.load',
  'broadcast.commit',
  'broadcast.publish',
] as const;

/** The same on the way of an event to a webhook endpoint; offer, claim and release are those above. */
export const WEBHOOK_CRASH_POINTS = [
  'fan-out.write',
  'fan-out.publish',
  'webhook.load',
  'webhook.post',
  'webhook.commit',
  'webhook.publish',
  'recover.commit',
] as const;

/** The same on the way of an event of Stripe's to its facts; offer, claim and release are those above. */
export const STRIPE_CRASH_POINTS = [
  'stripe-receive.commit',
  'stripe-receive.publish',
  'stripe.load',
  'stripe.ask',
  'stripe.connect',
  'stripe.commit',
  'stripe.publish',
  'stripe.remove',
  'stripe.ask-books',
  'stripe.book',
] as const;

/** The same on the way of a call about money to its outcome. */
export const ORDER_CRASH_POINTS = ['order.begin', 'order.call', 'order.end', 'order.settle'] as const;

/** The same on the way of a notification of Braintree's to its facts. */
export const BRAINTREE_CRASH_POINTS = [
  'braintree-receive.commit',
  'braintree-receive.publish',
  'braintree.ask',
  'braintree.commit',
] as const;

/** The same on the way of a fact about money to the notification that tells of it; what follows is in CRASH_POINTS. */
export const NOTICE_CRASH_POINTS = ['notice.write', 'notice.publish'] as const;

/** The same on the way of a run over dead letters; what follows is in CRASH_POINTS. */
export const LETTER_RUN_CRASH_POINTS = ['letter-run.start', 'letter-run.commit', 'letter-run.publish'] as const;

/** The same where a schedule is due; what follows is in CRASH_POINTS. */
export const SCHEDULE_CRASH_POINTS = ['schedule.commit'] as const;

/** The same on the way of a mail to a user; offer, claim and release are those above. */
export const MAIL_CRASH_POINTS = ['mail.publish', 'mail.send', 'mail.commit'] as const;

/** The same on the way of a request for a user's data to its end. */
export const PERSONAL_DATA_CRASH_POINTS = [
  'personal-data.take',
  'personal-data.slice',
  'personal-data.tell-others',
  'personal-data.told',
  'personal-data.end',
] as const;

export type CrashPoint =
  | (typeof CRASH_POINTS)[number]
  | (typeof BROADCAST_CRASH_POINTS)[number]
  | (typeof WEBHOOK_CRASH_POINTS)[number]
  | (typeof STRIPE_CRASH_POINTS)[number]
  | (typeof ORDER_CRASH_POINTS)[number]
  | (typeof BRAINTREE_CRASH_POINTS)[number]
  | (typeof NOTICE_CRASH_POINTS)[number]
  | (typeof LETTER_RUN_CRASH_POINTS)[number]
  | (typeof SCHEDULE_CRASH_POINTS)[number]
  | (typeof MAIL_CRASH_POINTS)[number]
  | (typeof PERSONAL_DATA_CRASH_POINTS)[number];
