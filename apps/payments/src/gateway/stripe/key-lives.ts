/** Stripe forgets a key after a day at the earliest; an hour is left for clocks and for the call itself. Milliseconds. */
export const KEY_LIVES_MS = 23 * 3_600_000;
