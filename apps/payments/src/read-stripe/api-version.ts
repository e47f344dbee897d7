/**
 * The version of Stripe's API that we ask in: the one that the pinned SDK was made for. Events carry their own, and objects
 * that we read carry this one, so whoever reads either goes by what came with it.
 */
export const STRIPE_API_VERSION = '2026-10-28.endive';
