import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { type Gateways, stripeSignature } from '../belongings/at-payments.js';
import { jsonText, oddText, oddValue } from './odd-values.js';
import type { Route } from '../routes.js';
import type { FuzzedRequest } from './request.js';
import { spoiled } from './spoil.js';

const SIGNATURES = ['good', 'good', 'good', 'of long ago', 'of another', 'garbage', 'none'] as const;

const STRIPE_TYPES = [
  ...[
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.canceled',
    'charge.refunded',
    'charge.dispute.created',
  ],
  ...[
    'invoice.payment_failed',
    'invoice.paid',
    'customer.subscription.updated',
    'customer.deleted',
    'checkout.session.completed',
  ],
  ...[
    'payment_method.attached',
    'setup_intent.succeeded',
    'balance.available',
    'refund.failed',
    'v2.core.event',
    'no.such.type',
    '',
  ],
];
const BRAINTREE_KINDS = ['transaction_settled', 'dispute_opened', 'check', 'subscription_canceled', 'nonsense', ''];
const XML = [
  '<a/>',
  '<notification>',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><notification>&e;</notification>',
  '',
  '\u0000',
  '{}',
];

/** What gateways post, and what somebody who is none would: signed well, badly and not at all. Any other route: undefined. */
export function webhooksOf(route: Route, gateways: Gateways): fc.Arbitrary<FuzzedRequest> | undefined {
  if (route.method !== 'POST' || route.service !== 'payments') return undefined;
  if (route.path.startsWith('/webhooks/stripe/')) return stripeEvents(route, gateways.stripe);
  return route.path.startsWith('/webhooks/braintree/') ? braintreeNotices(route, gateways.braintree) : undefined;
}

function stripeEvents(route: Route, { path, secret }: Gateways['stripe']): fc.Arbitrary<FuzzedRequest> {
  const event = fc.record({
    id: fc.oneof(
      fc.stringMatching(/^evt_[a-z0-9]{8,24}$/),
      fc.constantFrom('evt_again', '', 'evt_\u0000', 'x'.repeat(300)),
    ),
    ...{ object: fc.constant('event'), api_version: fc.constantFrom('2026-09-30.endive', '2019-01-01', null) },
    created: fc.oneof(fc.integer({ min: 1_500_000_000, max: 2_000_000_000 }), fc.constantFrom(-1, 0, 1e15, 1.5)),
    ...{ livemode: fc.boolean(), type: fc.constantFrom(...STRIPE_TYPES) },
    data: fc.record({ object: fc.oneof(objectOfStripe, fc.jsonValue({ maxDepth: 2 })) }),
  });
  const body = fc.oneof(
    { weight: 4, arbitrary: event.map(jsonText) },
    { weight: 3, arbitrary: spoiled(event).map(({ value }) => jsonText(value ?? null)) },
    { weight: 1, arbitrary: oddText },
  );
  return fc.tuple(body, fc.constantFrom(...SIGNATURES)).map(([text, signature]) => {
    const value = {
      good: () => stripeSignature(secret, text),
      'of long ago': () => stripeSignature(secret, text, 1_600_000_000),
      'of another': () => stripeSignature('whsec_of_somebody_else', text),
      garbage: () => 't=x,v1=\u00e9,,=',
      none: () => undefined,
    }[signature]();
    return posted(route, path, text, {
      'content-type': 'application/json',
      ...(value !== undefined && { 'stripe-signature': value }),
    });
  });
}

const objectOfStripe = fc.record(
  {
    id: fc.constantFrom('pi_1', 'ch_1', 'in_1', 'sub_1', 'cus_1', ''),
    object: fc.constantFrom('payment_intent', 'charge', 'invoice', 'subscription', 'dispute', 'customer'),
    amount: fc.oneof(fc.integer(), oddValue),
    currency: fc.oneof(fc.constantFrom('eur', 'jpy'), oddValue),
    metadata: fc.oneof(fc.constant({ signalbox_payment_id: 'pay_x' }), oddValue),
    status: oddValue,
    customer: oddValue,
  },
  { requiredKeys: [] },
);

function braintreeNotices(
  route: Route,
  { path, publicKey, privateKey }: Gateways['braintree'],
): fc.Arbitrary<FuzzedRequest> {
  const notice = fc
    .tuple(
      fc.constantFrom(...BRAINTREE_KINDS),
      fc.oneof(
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        oddText,
      ),
      oddText,
    )
    .map(([kind, at, id]) => {
      const subject = `<transaction><id>${escaped(id)}</id></transaction>`;
      return `<notification><timestamp type="datetime">${escaped(at)}</timestamp><kind>${kind}</kind><subject>${subject}</subject></notification>`;
    });
  const xml = fc.oneof(
    { weight: 4, arbitrary: notice },
    { weight: 1, arbitrary: fc.constantFrom(...XML) },
    { weight: 1, arbitrary: oddText },
  );
  return fc.tuple(xml, fc.constantFrom(...SIGNATURES)).map(([text, signature]) => {
    const payload = `${Buffer.from(text).toString('base64')}\n`;
    const sign = (key: string) =>
      `${publicKey}|${createHmac('sha1', createHash('sha1').update(key).digest()).update(payload).digest('hex')}`;
    const value = {
      good: () => sign(privateKey),
      'of long ago': () => sign(privateKey),
      'of another': () => sign('another'),
      garbage: () => `|&${publicKey}`,
      none: () => undefined,
    }[signature]();
    const form = new URLSearchParams({ bt_payload: payload, ...(value !== undefined && { bt_signature: value }) });
    return posted(route, path, form.toString(), { 'content-type': 'application/x-www-form-urlencoded' });
  });
}

function posted(route: Route, target: string, body: string, headers: Readonly<Record<string, string>>): FuzzedRequest {
  return { route, caller: 'nobody', who: 0, target, headers, body, oddity: 'body' };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
