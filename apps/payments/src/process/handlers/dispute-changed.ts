import { disputeNews } from './dispute-news.js';
import { telling } from './handler.js';

export const disputeChanged = telling('dispute', disputeNews);
