/** Work that is gone is passed over by whoever takes its job. */
export const GIVE_UP = `DELETE FROM payments_work`;

/** What a round stored, but for the ledger, which lets nobody. */
export const FORGET = `
  TRUNCATE stripe_event, stripe_inbox, stripe_object, stripe_effect, stripe_decision, payment, payments_work, event_log`;

/** Sequential, of what is never much for long. */
export const OPEN_WORK = `SELECT count(*)::int AS open FROM payments_work`;
