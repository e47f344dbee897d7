import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import type { BraintreeSide } from '../braintree-side.js';
import { newId } from '../wire/ids.js';
import { ORDINARY_SETTINGS } from '../world/demo-merchant.js';
import type { KeyPair, Merchant, MerchantAccount } from '../world/merchant.js';
import { idParams, merchantFields, merchantName, merchantOf } from './merchant-fields.js';

const key = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, - and _');
const keyBody = z.strictObject({ publicKey: key.optional(), privateKey: key.optional() });
const settingsFields = {
  duplicateCheckSeconds: z.int().min(0).max(86_400).default(ORDINARY_SETTINGS.duplicateCheckSeconds),
  apiRequestKeys: z.boolean().default(ORDINARY_SETTINGS.apiRequestKeys),
};
const currency = z.string().regex(/^[a-z]{3}$/, 'three small letters');
const merchantBody = keyBody.extend({
  merchantId: merchantName.optional(),
  /** By currency; the first one is of sales that name none. */
  merchantAccounts: z.record(currency, merchantName).optional(),
  ...settingsFields,
});

/** Who can log in, with which keys, and what Braintree has set up for them. */
export function addMerchantRoutes(server: FastifyInstance, braintree: BraintreeSide): void {
  const { merchants } = braintree;
  const ofPath = (params: unknown): Merchant => merchantOf(braintree, valid(idParams, params).id);

  server.get('/v1/braintree/credential', (request) => {
    const { merchantId } = valid(z.strictObject(merchantFields), request.query);
    return credentialOf(merchantOf(braintree, merchantId), braintree.origin);
  });

  server.get('/v1/braintree/merchants', () => ({
    merchants: merchants.all().map((merchant) => described(merchant, braintree.origin)),
  }));

  server.post('/v1/braintree/merchants', (request, reply) => {
    const body = valid(merchantBody, request.body ?? {});
    const id = body.merchantId ?? newId(16);
    if (merchants.find(id)) throw new Problem(409, 'merchant_exists', `there is a merchant ${id} already`);
    const { duplicateCheckSeconds, apiRequestKeys } = body;
    const merchant = merchants.open({
      id,
      keys: [newKey(braintree, body)],
      accounts: accountsIn(body.merchantAccounts ?? { usd: `${id}_usd`, eur: `${id}_eur`, gbp: `${id}_gbp` }),
      settings: { duplicateCheckSeconds, apiRequestKeys },
    });
    return reply.status(201).send(described(merchant, braintree.origin));
  });

  server.put('/v1/braintree/merchants/:id/settings', (request) => {
    const merchant = ofPath(request.params);
    merchant.settings = valid(z.strictObject(settingsFields), request.body);
    return described(merchant, braintree.origin);
  });

  server.post('/v1/braintree/merchants/:id/keys', (request, reply) => {
    const merchant = ofPath(request.params);
    const pair = newKey(braintree, valid(keyBody, request.body ?? {}));
    merchant.keys = [...merchant.keys, pair];
    return reply.status(201).send(pair);
  });

  server.delete('/v1/braintree/merchants/:id/keys/:publicKey', (request, reply) => {
    const params = valid(idParams.extend({ publicKey: z.string() }), request.params);
    const merchant = merchantOf(braintree, params.id);
    const left = merchant.keys.filter(({ publicKey }) => publicKey !== params.publicKey);
    if (left.length === 0) throw new Problem(409, 'last_key', 'a merchant keeps one key: make another one first');
    merchant.keys = left;
    return reply.status(204).send();
  });
}

/** @throws Problem 409: a public key says whose it is. */
function newKey(braintree: BraintreeSide, given: z.output<typeof keyBody>): KeyPair {
  const { publicKey = newId(16), privateKey = randomBytes(16).toString('hex') } = given;
  if (braintree.merchants.all().some(({ keys }) => keys.some((pair) => pair.publicKey === publicKey)))
    throw new Problem(409, 'key_exists', `the public key ${publicKey} is taken`);
  return { publicKey, privateKey };
}

/** @throws Problem 422 */
function accountsIn(byCurrency: Readonly<Record<string, string>>): [MerchantAccount, ...MerchantAccount[]] {
  const [first, ...rest] = Object.entries(byCurrency).map(([name, id]) => ({ id, currency: name.toUpperCase() }));
  if (!first) throw new Problem(422, 'invalid_request', '/merchantAccounts: name at least one');
  return [first, ...rest];
}

/** What a backend needs, in the form that Signalbox takes it. */
function credentialOf({ id, keys, accounts }: Merchant, origin: string): object {
  const merchantAccounts = Object.fromEntries(accounts.map((account) => [account.currency.toLowerCase(), account.id]));
  return { merchantId: id, ...keys[0], environment: 'sandbox', merchantAccounts, endpoint: { origin } };
}

function described(merchant: Merchant, origin: string): object {
  return { ...credentialOf(merchant, origin), keys: merchant.keys, ...merchant.settings };
}
