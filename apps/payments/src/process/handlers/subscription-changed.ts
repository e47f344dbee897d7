import { telling } from './handler.js';
import { subscriptionNews } from './subscription-news.js';

export const subscriptionChanged = telling('subscription', subscriptionNews);
