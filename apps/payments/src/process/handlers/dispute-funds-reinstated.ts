import { disputeMovements } from './dispute-movements.js';
import { disputeNews } from './dispute-news.js';
import { telling } from './handler.js';

/** Also of a dispute that is lost: after a partial refund a part comes back. */
export const disputeFundsReinstated = telling('dispute', (change) => [
  ...disputeNews(change),
  ...disputeMovements(change, 'dispute.funds_reinstated'),
]);
