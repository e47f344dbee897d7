import { isoTime, telling, want } from './handler.js';
import { subscriptionNews } from './subscription-news.js';

export const subscriptionTrialWillEnd = telling('subscription', (change) => {
  const { status, trialEnd } = change.after.now;
  if (status !== 'trialing' || trialEnd === undefined) return subscriptionNews(change);
  return [
    ...subscriptionNews(change),
    want(`trial_ending:${trialEnd}`, 'subscription.trial_ending', {
      subscriptionId: change.objectId,
      endsAt: isoTime(trialEnd),
    }),
  ];
});
