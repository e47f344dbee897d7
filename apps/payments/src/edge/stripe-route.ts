import { allow, type SignedRoute } from '@signalbox/http';
import { z } from 'zod';
import { BODY_LIMIT, type StripeEdge } from './stripe-edge.js';
import { WEBHOOK_ROUTE } from './webhook-path.js';

/** Stripe sends a body at once. Milliseconds. */
const BODY_DEADLINE = 10_000;

const taken = z.object({
  received: z.literal(true),
  ignored: z.string().optional().meta({ description: 'why nothing was stored' }),
});

/** `POST /webhooks/stripe/{source}`, in front of the edge. */
export function stripeRoute(edge: StripeEdge): SignedRoute {
  return {
    path: WEBHOOK_ROUTE,
    endpoint: {
      allow: allow.signedBy('Stripe'),
      summary: 'Where an event destination of Stripe posts to',
      tags: ['stripe webhooks'],
      params: z.strictObject({ source: z.string().meta({ description: '`sts_...`' }) }),
      headers: { 'Stripe-Signature': { description: 'Over the body, by a secret of the source', required: true } },
      bodyLimit: BODY_LIMIT,
      responses: {
        200: { description: 'It is stored, now or before; work on it follows', schema: taken },
        400: { description: 'It is not proven to come from Stripe, or not for this source; the detail says why' },
        404: { description: 'There is no such source' },
        413: { description: 'The body has more than 1 MiB' },
        503: { description: 'Nothing was stored; send it again' },
      },
    },
    bodyDeadline: BODY_DEADLINE,
    enter: (head) => edge.enter(head),
  };
}
