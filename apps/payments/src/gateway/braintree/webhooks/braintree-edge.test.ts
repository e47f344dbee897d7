import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey, saveCredential, type BraintreeCredential } from '@signalbox/credentials';
import braintree from 'braintree';
import { usePayments } from '../../../payments.harness.js';

const service = usePayments();
const DAY_MS = 24 * 3_600_000;

/** An app with keys, and Braintree's own code that signs with them. */
interface Shop {
  readonly id: Uuid;
  readonly path: string;
  sample(kind: string, subject: string): string;
  /** A notification of our own writing, signed by the SDK. */
  sign(xml: string): string;
  putKeys(keys: Keys): Promise<void>;
}
type Keys = Pick<BraintreeCredential, 'publicKey' | 'privateKey'>;

interface Testing {
  sampleNotification(kind: string, id: string): { readonly bt_signature: string; readonly bt_payload: string };
  sampleSignature(payload: string): string;
}

const newKeys = (): Keys => ({
  publicKey: `public_${newUuid().slice(-12)}`,
  privateKey: newUuid().replaceAll('-', ''),
});

function testingWith(keys: Keys): Testing {
  const environment = braintree.Environment.Sandbox;
  const gateway = new braintree.BraintreeGateway({ environment, merchantId: 'merchant', ...keys });
  return gateway.webhookTesting as unknown as Testing;
}

const form = (signature: string, payload: string): string =>
  new URLSearchParams({ bt_signature: signature, bt_payload: payload }).toString();

async function openShop(keys = newKeys()): Promise<Shop> {
  const { id } = await service.makeApp();
  const envelope = new Envelope(loadMasterKey({ key: service.configOf().MASTER_KEY }));
  const putKeys = async (secret: Keys) =>
    saveCredential(service.database(), envelope, {
      appId: id,
      provider: 'braintree',
      secret: { merchantId: 'merchant', environment: 'sandbox', ...secret },
    });
  const credential = await putKeys(keys);
  const testing = testingWith(keys);
  return {
    id,
    path: `/webhooks/braintree/${formatId('credential', credential.id)}`,
    sample(kind, subject) {
      const { bt_signature: signature, bt_payload: payload } = testing.sampleNotification(kind, subject);
      return form(signature, payload);
    },
    sign(xml) {
      const payload = `${Buffer.from(xml).toString('base64')}\n`;
      return form(testing.sampleSignature(payload), payload);
    },
    async putKeys(secret) {
      await putKeys(secret);
    },
  };
}

const post = (path: string, body: string) =>
  service.request('POST', path, { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
const stored = (app: Uuid) =>
  service.sql<{ id: Uuid; kind: string; subject_type: string; subject_id: string; content: Buffer }>(
    'SELECT id, kind, subject_type, subject_id, content FROM braintree_event WHERE app_id = $1 ORDER BY id',
    [app],
  );
const works = (app: Uuid) =>
  service.sql<{ items: unknown }>('SELECT items FROM payments_work WHERE app_id = $1 ORDER BY id', [app]);
const settled = (at: Date, extra = ''): string =>
  `<notification><timestamp type="datetime">${at.toISOString()}</timestamp><kind>transaction_settled</kind>` +
  `<subject><transaction><id>tx1</id><status>settled</status>${extra}</transaction></subject></notification>`;

describe('a webhook of Braintree', () => {
  it('is stored once, encrypted, with work for it, and answered 200', async () => {
    const shop = await openShop();
    const body = shop.sample('transaction_settled', 'tx_9');
    expect(await post(shop.path, body)).toMatchObject({ status: 200, body: { received: true } });
    const [event] = await stored(shop.id);
    expect(event).toMatchObject({ kind: 'transaction_settled', subject_type: 'transaction', subject_id: 'tx_9' });
    expect(event!.content.toString('latin1')).not.toContain(new URLSearchParams(body).get('bt_payload')!.slice(0, 40));
    expect(await works(shop.id)).toEqual([{ items: [{ e: event!.id }] }]);
  });

  it('that comes again, one after the other or twenty at once, is one event and one piece of work', async () => {
    const shop = await openShop();
    const [first, second] = [shop.sample('transaction_settled', 'tx_1'), shop.sample('dispute_opened', 'dp_1')];
    expect((await post(shop.path, first)).status).toBe(200);
    expect((await post(shop.path, first)).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(shop.path, second)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await stored(shop.id)).map(({ kind }) => kind)).toEqual(['transaction_settled', 'dispute_opened']);
    expect(await works(shop.id)).toHaveLength(2);
  });

  it('that comes again written anew is not stored twice, and looked into again', async () => {
    const shop = await openShop();
    const at = new Date();
    expect((await post(shop.path, shop.sign(settled(at)))).status).toBe(200);
    expect((await post(shop.path, shop.sign(settled(at, '<amount>1.00</amount>')))).status).toBe(200);
    expect((await post(shop.path, shop.sign(settled(new Date(at.getTime() + 1_000))))).status).toBe(200);
    const events = await stored(shop.id);
    expect(events).toHaveLength(2);
    const [first, second] = events.map(({ id }) => id);
    expect((await works(shop.id)).map(({ items }) => items)).toEqual([[{ e: first }], [{ e: first }], [{ e: second }]]);
  });

  it('of any kind that the SDK knows is taken, and of kinds that it does not', async () => {
    const shop = await openShop();
    const kinds = Object.values(
      (braintree as unknown as { WebhookNotification: { Kind: Record<string, string> } }).WebhookNotification.Kind,
    );
    expect(kinds.length).toBeGreaterThan(40);
    for (const kind of kinds)
      expect([kind, (await post(shop.path, shop.sample(kind, 'x1'))).status]).toEqual([kind, 200]);
    const unheard = settled(new Date()).replace('transaction_settled', 'transaction_unheard_of');
    expect((await post(shop.path, shop.sign(unheard))).status).toBe(200);
    expect((await stored(shop.id)).map(({ kind }) => kind)).toEqual([...kinds, 'transaction_unheard_of']);
    expect(await service.metric('braintree_events_stored_total{kind="transaction_unheard_of"')).toBe(1);
  });

  it.each([
    ['six days old', -6 * DAY_MS, 200, undefined],
    ['older than seven days', -7 * DAY_MS - 60_000, 400, 'too_old'],
    ['of the next minutes', 4 * 60_000, 200, undefined],
    ['of the future', 6 * 60_000, 400, 'ahead_of_time'],
  ])('that is %s', async (_what, ms, status, code) => {
    const shop = await openShop();
    const answer = await post(shop.path, shop.sign(settled(new Date(Date.now() + ms))));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await stored(shop.id)).toHaveLength(status === 200 ? 1 : 0);
    if (code !== undefined) expect(await service.metric(`braintree_webhooks_total{outcome="${code}"`)).toBe(1);
  });

  it('that nobody can have proven is refused, and says why', async () => {
    const [shop, other] = [await openShop(), await openShop()];
    const body = shop.sample('transaction_settled', 'tx_1');
    const changed = new URLSearchParams(body);
    changed.set('bt_payload', `AAAA${changed.get('bt_payload')!}`);
    const refused = [
      [body.replaceAll('%2B', '+').replace('bt_payload=', 'bt_payload=+'), 'payload_malformed'],
      [other.sample('transaction_settled', 'tx_1'), 'no_matching_public_key'],
      [changed.toString(), 'signature_mismatch'],
      ['bt_payload=abc', 'signature_missing'],
      ['', 'form_malformed'],
      [shop.sign('no notification'), 'not_a_notification'],
      [shop.sign('<notification><kind>check</kind><subject/></notification>'), 'not_a_notification'],
    ] as const;
    for (const [text, code] of refused) {
      const answer = await post(shop.path, text);
      expect([answer.status, answer.body.code]).toEqual([400, code]);
    }
    expect(await stored(shop.id)).toEqual([]);
  });

  it('at an address that is nobody’s is answered 404', async () => {
    const shop = await openShop();
    const body = shop.sample('check', '');
    for (const source of [formatId('credential', newUuid()), 'crd_x', formatId('app', newUuid())])
      expect((await post(`/webhooks/braintree/${source}`, body)).status).toBe(404);
  });

  it('is taken with new keys as soon as they are stored', async () => {
    const shop = await openShop();
    expect((await post(shop.path, shop.sample('check', ''))).status).toBe(200);
    const rotated = newKeys();
    await shop.putKeys(rotated);
    const { bt_signature: signature, bt_payload: payload } = testingWith(rotated).sampleNotification('check', '');
    expect((await post(shop.path, form(signature, payload))).status).toBe(200);
    expect((await post(shop.path, shop.sample('transaction_settled', 'tx_1'))).body.code).toBe(
      'no_matching_public_key',
    );
  });
});

describe('the challenge of Braintree', () => {
  const challenge = '20f9f8ed05f77439fe955c977e4c8a53';
  const ask = async (path: string, value: string) => {
    const response = await fetch(new URL(`${path}?bt_challenge=${value}`, service.url()));
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  it('is answered as the SDK answers it, as text', async () => {
    const keys = { publicKey: 'integration_public_key', privateKey: 'integration_private_key' };
    const shop = await openShop(keys);
    // Braintree's own test of its SDKs.
    expect(await ask(shop.path, challenge)).toEqual({
      status: 200,
      type: expect.stringContaining('text/plain'),
      text: 'integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4',
    });
  });

  it('of another form is refused, and an address that is nobody’s has no answer', async () => {
    const shop = await openShop();
    for (const value of ['', 'short', challenge.toUpperCase(), `${challenge}00`])
      expect([value, (await ask(shop.path, value)).status]).toEqual([value, 400]);
    expect((await ask(`/webhooks/braintree/${formatId('credential', newUuid())}`, challenge)).status).toBe(404);
  });

  it('signs no webhook: what it answers is a signature over no notification', async () => {
    const shop = await openShop();
    const signature = (await ask(shop.path, challenge)).text;
    expect((await post(shop.path, form(signature, challenge))).body.code).toBe('not_a_notification');
    expect(await stored(shop.id)).toEqual([]);
  });
});
