import { stancesAgainstWebhooks } from '@signalbox/database';

/**
 * What was kept back on purpose is due from now on, and its lateness is nobody's. A retry whose time has not come stays as it is, but for those that were
 * handed back a moment ago. Sequential over the small work table; runs only when a flag is turned on.
 */
export const WAKE_WHAT_FLAGS_HELD = `
  UPDATE events_work w SET next_offer_at = now(), due_at = now()
  WHERE w.queue LIKE 'events.webhooks.%' AND w.due_at < now() + interval '30 s' AND coalesce(w.lease_until, '-infinity') < now()
    AND NOT EXISTS (SELECT FROM ${stancesAgainstWebhooks('w.app_id')})`;
