import { formatId, type Uuid } from '@signalbox/contracts';

/** The edge's route; `source` is a source's public id. */
export const WEBHOOK_ROUTE = '/webhooks/stripe/:source';

/** Where the event destination of one source posts to. */
export function pathOf(source: Uuid): string {
  return WEBHOOK_ROUTE.replace(':source', formatId('stripeSource', source));
}
