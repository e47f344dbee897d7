/** Webhooks as Stripe posts them, signed by Stripe's own code. */
import { randomBytes } from 'node:crypto';
import Stripe from 'stripe';
import { newUuid } from '@signalbox/contracts';
import type { Post } from '../load/post-load.ts';

const stripe = new Stripe('sk_test_bench');

/** A payment that succeeded, with as much about it as Stripe has to say. */
export function webhook(path: string, secret: string, id = randomBytes(12).toString('hex')): Post {
  const created = Math.floor(Date.now() / 1_000);
  const event = {
    id: `evt_${id}`,
    object: 'event',
    api_version: '2026-09-30.endive',
    created,
    data: {
      object: {
        id: `pi_${id}`,
        object: 'payment_intent',
        amount: 4_200,
        amount_capturable: 0,
        amount_details: { tip: {} },
        amount_received: 4_200,
        application: null,
        application_fee_amount: null,
        automatic_payment_methods: { allow_redirects: 'always', enabled: true },
        canceled_at: null,
        cancellation_reason: null,
        capture_method: 'automatic_async',
        client_secret: `pi_${id}_secret_${randomBytes(12).toString('hex')}`,
        confirmation_method: 'automatic',
        created,
        currency: 'eur',
        customer: 'cus_bench',
        description: 'Two tickets, second row',
        last_payment_error: null,
        latest_charge: `ch_${id}`,
        livemode: false,
        metadata: { signalbox_user_id: 'user_1', order: '1234567890' },
        next_action: null,
        on_behalf_of: null,
        payment_method: `pm_${id}`,
        payment_method_configuration_details: { id: 'pmc_bench', parent: null },
        payment_method_options: {
          card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
          link: { persistent_token: null },
        },
        payment_method_types: ['card', 'link'],
        processing: null,
        receipt_email: 'somebody@example.com',
        review: null,
        setup_future_usage: null,
        shipping: null,
        source: null,
        statement_descriptor: null,
        statement_descriptor_suffix: null,
        status: 'succeeded',
        transfer_data: null,
        transfer_group: null,
      },
    },
    livemode: false,
    pending_webhooks: 1,
    request: { id: `req_${id}`, idempotency_key: newUuid() },
    type: 'payment_intent.succeeded',
  };
  return posted(path, secret, event);
}

/** A subscription that changed: Stripe is asked how it is now. */
export function subscriptionWebhook(path: string, secret: string): Post {
  const [id, created] = [randomBytes(12).toString('hex'), Math.floor(Date.now() / 1_000)];
  return posted(path, secret, {
    id: `evt_${id}`,
    object: 'event',
    api_version: '2026-09-30.endive',
    created,
    data: { object: { id: `sub_${id}`, object: 'subscription', customer: 'cus_bench', status: 'active' } },
    livemode: false,
    type: 'customer.subscription.updated',
  });
}

function posted(path: string, secret: string, event: object): Post {
  const payload = JSON.stringify(event, undefined, 2);
  return {
    path,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret }),
    },
    body: Buffer.from(payload),
  };
}
