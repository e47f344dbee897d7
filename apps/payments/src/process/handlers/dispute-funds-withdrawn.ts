import { disputeMovements } from './dispute-movements.js';
import { disputeNews } from './dispute-news.js';
import { telling } from './handler.js';

export const disputeFundsWithdrawn = telling('dispute', (change) => [
  ...disputeNews(change),
  ...disputeMovements(change, 'dispute.funds_withdrawn'),
]);
