import { allow, type SignedRoute } from '@signalbox/http';
import { z } from 'zod';
import { BODY_LIMIT, type BraintreeEdge } from './braintree-edge.js';

/** `source` is the public id of the app's Braintree credential. */
const WEBHOOK_ROUTE = '/webhooks/braintree/:source';
/** Braintree sends a body at once. Milliseconds. */
const BODY_DEADLINE = 10_000;

/** `POST /webhooks/braintree/{source}`, in front of the edge. */
export function braintreeRoute(edge: BraintreeEdge): SignedRoute {
  return {
    path: WEBHOOK_ROUTE,
    endpoint: {
      allow: allow.signedBy('Braintree'),
      summary: 'Where a webhook of Braintree posts to',
      tags: ['braintree webhooks'],
      params: z.strictObject({ source: z.string().meta({ description: '`crd_...`, the Braintree credential' }) }),
      bodyLimit: BODY_LIMIT,
      responses: {
        200: {
          description: 'It is stored, now or before; work on it follows',
          schema: z.object({ received: z.literal(true) }),
        },
        400: { description: 'It is not proven to come from Braintree, or is too old; the detail says why' },
        404: { description: 'There is no such source' },
        413: { description: 'The body has more than 1 MiB' },
        503: { description: 'Nothing was stored; send it again' },
      },
    },
    bodyDeadline: BODY_DEADLINE,
    enter: (head) => edge.enter(head),
  };
}
