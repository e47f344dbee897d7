import { DAY } from '../billing/periods.js';
import type { Due } from '../time/due.js';
import type { Account } from '../world/account.js';
import { cancelIntent } from './capture.js';

/** How long a card holds money for whoever pays online: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
const HELD_FOR = 7 * DAY;

/** Holds that nobody captured lapse. */
export function dueInPayments(account: Account): Due[] {
  const held = account.objects.newestFirst('payment_intent').filter(({ status }) => status === 'requires_capture');
  return held.map((intent) => {
    const since = account.objects.find('charge', intent.latest_charge ?? '')?.created ?? intent.created ?? 0;
    const act = (): void => cancelIntent(account, intent, 'automatic');
    return { at: since + HELD_FOR, what: 'hold_lapses', about: intent.id, act };
  });
}
