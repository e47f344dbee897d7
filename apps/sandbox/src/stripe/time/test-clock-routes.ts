import { type Call, del, get, post, type Route } from '../api/route.js';
import { DAY } from '../billing/periods.js';
import { end, isOver } from '../billing/subscription-status.js';
import type { TestClock } from '../objects/test-clock.js';
import { newId } from '../wire/ids.js';
import { pageOf } from '../wire/paging.js';
import { invalid } from '../wire/refused.js';
import { advance, hold, release } from './account-clock.js';

const KIND = 'test_helpers.test_clock';

/**
 * Test clocks as the official SDKs drive them, with two differences: an account has one, and all of the account follows
 * it, not only the customers that name it; and it has arrived when `advance` is answered.
 */
export const testClockRoutes: readonly Route[] = [
  post('/v1/test_helpers/test_clocks', ({ account, params }) => {
    if (account.objects.newestFirst(KIND).length > 0)
      throw invalid('The sandbox has one test clock for each account: delete the other one.', 'frozen_time');
    const frozen = params.requireInteger('frozen_time');
    const created = account.now();
    hold(account, frozen);
    const clock: TestClock = {
      id: newId('clock'),
      object: KIND,
      created,
      deletes_after: created + 30 * DAY,
      frozen_time: frozen,
      livemode: false,
      name: params.text('name') ?? null,
      status: 'ready',
      status_details: {},
    };
    account.add(clock, 'test_helpers.test_clock.created');
    return clock;
  }),

  get('/v1/test_helpers/test_clocks', ({ account, params }) =>
    pageOf('/v1/test_helpers/test_clocks', account.objects.newestFirst(KIND), params),
  ),

  get('/v1/test_helpers/test_clocks/:id', (call) => clockOf(call)),

  post('/v1/test_helpers/test_clocks/:id/advance', (call) => {
    const { account, params, origin } = call;
    const clock = clockOf(call);
    const to = params.requireInteger('frozen_time');
    if (to <= clock.frozen_time) throw invalid('The time must lie after the one of the clock.', 'frozen_time');
    account.emit('test_helpers.test_clock.advancing', { ...clock, status: 'advancing', frozen_time: to });
    advance(account, to, origin);
    clock.frozen_time = to;
    account.emit('test_helpers.test_clock.ready', clock);
    return clock;
  }),

  /** Takes its customers along, and what they subscribed to. */
  del('/v1/test_helpers/test_clocks/:id', (call) => {
    const { account } = call;
    const clock = clockOf(call);
    for (const { id } of account.objects.newestFirst('customer').filter((each) => each['test_clock'] === clock.id)) {
      for (const subscription of account.objects.newestFirst('subscription'))
        if (subscription.customer === id && !isOver(subscription)) end(account, subscription, 'cancellation_requested');
      account.objects.delete('customer', id);
    }
    account.objects.delete(KIND, clock.id);
    release(account);
    account.emit('test_helpers.test_clock.deleted', clock);
    return { id: clock.id, object: KIND, deleted: true };
  }),
];

function clockOf({ account, path }: Call): TestClock {
  return account.objects.require(KIND, path('id'));
}
