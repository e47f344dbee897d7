/** What a round stored; work that is gone is passed over by whoever had it. */
export const FORGET = `TRUNCATE stripe_event, stripe_inbox, payments_work, event_log CASCADE`;
