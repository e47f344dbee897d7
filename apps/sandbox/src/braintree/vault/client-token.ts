import { createHmac, randomUUID } from 'node:crypto';
import type { Fields } from '../wire/fields.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';

const DAY_SECONDS = 86_400;

/** What an app on a phone starts Braintree's SDK with. @throws Invalid */
export function clientToken(merchant: Merchant, fields: Fields, origin: string): string {
  const version = Number(fields.text('version') ?? 2);
  if (![1, 2, 3].includes(version)) throw wrong('version', '92806', 'Version is unsupported.');
  const customerId = fields.text('customer_id');
  if (customerId !== undefined && !merchant.customers.has(customerId))
    throw wrong('customer_id', '92804', 'Customer specified by customer_id does not exist.');
  const accountId = fields.text('merchant_account_id') ?? merchant.accounts[0].id;
  if (!merchant.accounts.some(({ id }) => id === accountId))
    throw wrong('merchant_account_id', '92807', 'Merchant Account specified by merchant_account_id does not exist.');
  const base = `${origin}/merchants/${merchant.id}/client_api`;
  const token = {
    version,
    authorizationFingerprint: fingerprint(merchant, customerId),
    configUrl: `${base}/v1/configuration`,
    clientApiUrl: base,
    merchantId: merchant.id,
    merchantAccountId: accountId,
    environment: 'sandbox',
    hasCustomer: customerId !== undefined,
    challenges: [],
    creditCards: { supportedCardTypes: ['American Express', 'Discover', 'JCB', 'MasterCard', 'Visa'] },
    graphQL: { url: `${origin}/graphql`, date: '2018-05-08', features: ['tokenize_credit_cards'] },
    assetsUrl: origin,
    authUrl: origin,
    analytics: { url: `${origin}/analytics/${merchant.id}` },
    threeDSecureEnabled: false,
    paypalEnabled: true,
    venmo: 'off',
  };
  const json = JSON.stringify(token);
  return version === 1 ? json : Buffer.from(json).toString('base64');
}

/** A signed statement of who may act for whom, as a JWT with its customer behind it. */
function fingerprint({ id, keys }: Merchant, customerId: string | undefined): string {
  const claims = {
    exp: Math.floor(Date.now() / 1000) + DAY_SECONDS,
    jti: randomUUID(),
    sub: id,
    merchant: { public_id: id },
  };
  const parts = [{ typ: 'JWT', alg: 'HS256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signed = createHmac('sha256', keys[0]?.privateKey ?? '')
    .update(parts.join('.'))
    .digest('base64url');
  return `${[...parts, signed].join('.')}?customer_id=${customerId ?? ''}`;
}

function wrong(attribute: string, code: string, message: string) {
  return invalid('client_token', attribute, code, message);
}
