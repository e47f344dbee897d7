/** The table of payment intents of stripe-sync-engine. Every round begins with empty tables, on every side. */
export const EMPTY_ENGINE = `TRUNCATE stripe.payment_intents`;
