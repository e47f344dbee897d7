import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { createMetrics, type Metrics } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import type { StripeAnswer } from '../process/stripe-reader.js';
import { KEY, useStripeApi } from '../stripe-api.harness.js';
import { STRIPE_API_VERSION } from './api-version.js';
import { SdkStripeReader } from './sdk-stripe-reader.js';

const limited = (headers: Record<string, string>) => ({
  status: 429,
  headers,
  body: { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'slow down' } },
});

describe('reading from Stripe', () => {
  jest.setTimeout(60_000);
  const api = useStripeApi();
  let appId: Uuid;
  let metrics: Metrics;
  let reader: SdkStripeReader;

  beforeEach(async () => {
    const stripe = api.stripe();
    stripe.script = undefined;
    stripe.asked.length = 0;
    stripe.objects.clear();
    api.logLines.length = 0;
    metrics = createMetrics('payments');
    appId = await api.makeApp(KEY);
    reader = new SdkStripeReader(api.calls(metrics));
  });

  const ref = (objectId: string, more: object = {}) => ({
    appId,
    account: '',
    livemode: false,
    objectType: 'refund',
    objectId,
    ...more,
  });
  const read = (objectId: string, more: object = {}): Promise<StripeAnswer> => reader.read(ref(objectId, more));
  const keysRefused = async () =>
    (await metrics.registry.getSingleMetric('stripe_keys_refused_total')!.get()).values[0]!.value;
  const keep = (id: string, more: object = {}): void => {
    api.stripe().objects.set(`/v1/refunds/${id}`, { id, object: 'refund', ...more });
  };

  it('finds an object as it is, and says in which version', async () => {
    keep('re_1', { amount: 5, big: 900_719_925_474_099 });
    expect(await read('re_1')).toEqual({
      kind: 'found',
      object: { id: 're_1', object: 'refund', amount: 5, big: 900_719_925_474_099 },
      apiVersion: STRIPE_API_VERSION,
    });
    expect(api.stripe().asked).toMatchObject([
      { path: '/v1/refunds/re_1', headers: { authorization: `Bearer ${KEY}`, 'stripe-version': STRIPE_API_VERSION } },
    ]);
    expect(api.stripe().asked[0]!.headers['stripe-account']).toBeUndefined();
  });

  it('asks in the name of a connected account', async () => {
    keep('re_1');
    await read('re_1', { account: 'acct_2' });
    expect(api.stripe().asked).toMatchObject([{ headers: { 'stripe-account': 'acct_2' } }]);
  });

  it('does not let an id out of its path', async () => {
    await read('re_1/../../charges?limit=1');
    expect(api.stripe().asked[0]!.path).toBe('/v1/refunds/re_1%2F..%2F..%2Fcharges%3Flimit%3D1');
  });

  it('calls gone what Stripe does not know, and what says that it was deleted', async () => {
    api.stripe().objects.set('/v1/customers/cus_1', { id: 'cus_1', object: 'customer', deleted: true });
    expect(await read('re_none')).toEqual({ kind: 'gone' });
    expect(await read('cus_1', { objectType: 'customer' })).toEqual({ kind: 'gone' });
  });

  it.each([
    [
      'a 404 without that word',
      { status: 404, body: { error: { type: 'invalid_request_error', message: 'no such URL' } } },
    ],
    ['a page of a proxy', { status: 404, text: '<html>' }],
    ['a 500', { status: 500, body: { error: { type: 'api_error', message: 'oops' } } }],
    ['a connection that is cut', 'cut'],
  ] as const)('never calls gone what it got no answer about: %s', async (_what, answer) => {
    api.stripe().script = () => answer;
    expect(await read('re_1')).toMatchObject({ kind: 'later' });
  });

  it('shares one call between those who ask at the same time', async () => {
    keep('re_1');
    const answers = await Promise.all(Array.from({ length: 20 }, () => read('re_1')));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['found']));
    expect(api.stripe().asked).toHaveLength(1);
  });

  it('waits as long as Stripe asks, for that endpoint and account only', async () => {
    for (const id of ['re_1', 're_2']) keep(id);
    api.stripe().objects.set('/v1/payouts/po_1', { id: 'po_1' });
    api.stripe().script = ({ path, headers }) =>
      path.startsWith('/v1/refunds') && headers['stripe-account'] === undefined
        ? limited({ 'retry-after': '7' })
        : undefined;
    expect(await read('re_1')).toEqual({ kind: 'later', ms: 7_000, reason: 'limited_endpoint' });
    const again = await read('re_2');
    expect(again).toMatchObject({ kind: 'later', reason: 'limited_endpoint' });
    expect((again as { ms: number }).ms).toBeGreaterThan(5_000);
    expect(api.stripe().asked).toHaveLength(1);
    expect(await read('po_1', { objectType: 'payout' })).toMatchObject({ kind: 'found' });
    expect(await read('re_1', { account: 'acct_2' })).toMatchObject({ kind: 'found' });
  });

  it('stops everything of an account whose limit for all endpoints is reached', async () => {
    api.stripe().script = () => limited({ 'retry-after': '7', 'stripe-rate-limited-reason': 'global-concurrency' });
    await read('re_1');
    expect(await read('po_1', { objectType: 'payout' })).toMatchObject({ kind: 'later', reason: 'limited_account' });
    expect(api.stripe().asked).toHaveLength(1);
  });

  it('asks for objects at the pace that Stripe allows', async () => {
    const ids = Array.from({ length: 80 }, (_, n) => `re_${n}`);
    ids.forEach((id) => keep(id));
    const left = new Set(ids);
    await eventually(
      async () => {
        await Promise.all(
          [...left].map(async (id) => {
            if ((await read(id)).kind === 'found') left.delete(id);
          }),
        );
        expect(left.size).toBe(0);
      },
      { within: 30_000, every: 50 },
    );
    const times = api.stripe().asked.map(({ at }) => at);
    expect(times).toHaveLength(80);
    // Five at once and twenty a second; requests may arrive bunched, but not before their time.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(3_000);
  });

  it('has eight calls of an app under way at most, and turns the ninth away at once', async () => {
    api.stripe().script = () => 'hang';
    const answers: StripeAnswer[] = [];
    const asking = Array.from({ length: 8 }, (_, n) => read(`re_${n}`, { objectType: n % 2 ? 'refund' : 'charge' }));
    await eventually(() => expect(api.stripe().inFlight()).toBe(8));
    for (let n = 8; n < 30; n += 1) answers.push(await read(`re_${n}`));
    expect(new Set(answers.map((answer) => (answer as { reason: string }).reason))).toEqual(
      new Set(['all_slots_taken']),
    );
    expect(api.stripe().inFlight()).toBe(8);
    // Each is given up after ten seconds.
    expect(new Set((await Promise.all(asking)).map(({ kind }) => kind))).toEqual(new Set(['later']));
  });

  it('makes no calls into a black hole, which costs no other app anything', async () => {
    const other = await api.makeApp(`${KEY}_other`);
    keep('re_ok');
    api.stripe().script = ({ headers }) => (headers.authorization === `Bearer ${KEY}` ? 'hang' : undefined);
    const started = performance.now();
    const hanging = Promise.all(Array.from({ length: 8 }, (_, n) => read(`re_${n}`)));
    const others: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const before = performance.now();
      expect(await read('re_ok', { appId: other })).toMatchObject({ kind: 'found' });
      others.push(performance.now() - before);
    }
    await hanging;
    expect(performance.now() - started).toBeLessThan(20_000);
    const asked = api.stripe().asked.length;
    const before = performance.now();
    for (let n = 0; n < 30; n += 1) expect(await read(`re_x${n}`)).toMatchObject({ reason: 'breaker_open' });
    // None of them was sent: all thirty took less than one of them would have.
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(api.stripe().asked).toHaveLength(asked);
    // While the calls of the first app hung, those of the other took what a call takes.
    expect(Math.max(...others)).toBeLessThan(5_000);
    const { values } = await metrics.registry.getSingleMetric('stripe_breaker_opened_total')!.get();
    expect(values[0]!.value).toBe(1);

    api.stripe().script = undefined;
    keep('re_back');
    await eventually(async () => expect(await read('re_back')).toMatchObject({ kind: 'found' }), {
      within: 15_000,
      every: 100,
    });
  });

  it('asks nothing more with a key that Stripe refuses, says so once a minute, and goes on with the next key', async () => {
    const refused = {
      status: 401,
      body: { error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } },
    };
    keep('re_1');
    api.stripe().script = ({ headers }) => (headers.authorization === `Bearer ${KEY}` ? refused : undefined);
    for (let n = 0; n < 5; n += 1) {
      const answer = await read('re_1');
      expect(answer).toMatchObject({ kind: 'later', reason: 'status_401' });
      expect((answer as { ms: number }).ms).toBeGreaterThan(60_000);
    }
    expect(api.stripe().asked).toHaveLength(1);
    expect(api.logLines.filter((line) => line.includes('Stripe cannot be asked'))).toHaveLength(1);
    expect(api.logLines.join()).not.toContain(KEY);
    expect(await keysRefused()).toBe(5);
    await api.putKey(appId, `${KEY}_2`);
    expect(await read('re_1')).toMatchObject({ kind: 'found' });
  });

  it('counts a key that was rolled among those that Stripe refuses, although it names a reason', async () => {
    const error = { type: 'invalid_request_error', code: 'api_key_expired', message: 'Expired API Key provided' };
    api.stripe().script = () => ({ status: 401, body: { error } });
    expect(await read('re_1')).toMatchObject({ kind: 'later', reason: 'status_401_api_key_expired' });
    expect(await keysRefused()).toBe(1);
  });

  it('asks nothing for an app without keys, or about what is of another mode than its key', async () => {
    const keyless = await api.makeApp();
    expect(await read('re_1', { appId: keyless })).toMatchObject({ kind: 'later', reason: 'no_key' });
    expect(await read('re_1', { livemode: true })).toMatchObject({ kind: 'later', reason: 'key_of_other_mode' });
    expect(api.stripe().asked).toEqual([]);
  });

  it('makes nobody’s fault of keys that the master key does not open', async () => {
    await api.database().query(`UPDATE credential SET sealed = decode('00', 'hex') WHERE app_id = $1`, [appId]);
    expect(await read('re_1')).toMatchObject({ kind: 'later', reason: 'no_key' });
    expect(api.logLines.join()).toContain('MASTER_KEY');
  });

  it('rejects a kind of object that has no path, which is our fault and not Stripe’s', async () => {
    await expect(read('x_1', { objectType: 'upcoming_invoice' })).rejects.toThrow('upcoming_invoice');
  });

  it('counts what became of calls', async () => {
    keep('re_1');
    await read('re_1');
    await read('re_none');
    const { values } = await metrics.registry.getSingleMetric('stripe_calls_total')!.get();
    const counted = values.filter(({ value }) => value > 0);
    expect(counted.map(({ labels, value }) => [labels.endpoint, labels.outcome, value])).toEqual([
      ['/v1/refunds', 'answered', 1],
      ['/v1/refunds', 'missing', 1],
    ]);
  });
});
