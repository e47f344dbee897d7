import { recorded } from './handler.js';

/** Whose it was stays known: what follows, such as the end of subscriptions, still concerns that user. */
export const customerDeleted = recorded('customer', { deletes: true });
