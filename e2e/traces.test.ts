import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually, type RunningProcess, startProcess, usePostgres } from '@signalbox/testing';
import { type BraintreeShop, openBraintreeShop } from './braintree-shop.js';
import { type CollectedSpan, type Collector, startCollector } from './otlp-collector.js';
import { goodToken, type Stack, startStack } from './stack.js';
import { openShop, type StripeShop } from './stripe-shop.js';

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

/** Apple's server error, again and again. */
const failing = (): string => `e500e500${goodToken().slice(8)}`;

async function startWorker(stack: Stack, env: Readonly<Record<string, string>>): Promise<RunningProcess> {
  const url = `http://127.0.0.1:${await freePort(0)}`;
  return startProcess({
    entry: 'apps/push/dist/main.js',
    env: { ...stack.env, LOG_LEVEL: 'debug', PUSH_ROLES: 'route,apns,fcm,webpush', ...env, PORT: new URL(url).port },
    ready: { url: `${url}/health/ready` },
  });
}

/** The links of a span, as they are stored. */
const linksOf = ({ links }: CollectedSpan): string[] => links.map(({ traceId, spanId }) => `${traceId}/${spanId}`);

describe('a trace', () => {
  let stack: Stack;
  let worker: RunningProcess;
  let shop: StripeShop;
  let braintree: BraintreeShop;
  let collector: Collector;
  afterAll(async () => {
    await Promise.all([worker, shop.payments, braintree.payments].map((each) => each.stop()));
    await stack.stop();
    await collector.close();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    collector = await startCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    // One process accepts, another does the work.
    stack = await startStack({ databaseUrl: postgres.url(), pushEnv: { ...env, PUSH_ROLES: 'api' } });
    [worker, shop, braintree] = await Promise.all([
      startWorker(stack, env),
      openShop(stack, env),
      openBraintreeShop(stack, env),
    ]);
  }, 60_000);

  const spansOf = (name: string, is: (span: CollectedSpan) => boolean = () => true): Promise<CollectedSpan> =>
    eventually(
      () => {
        const found = collector.spans().find((span) => span.name === name && is(span));
        if (found === undefined)
          throw new Error(
            `no span ${name}: ${collector
              .spans()
              .map((each) => each.name)
              .join()}`,
          );
        return found;
      },
      { within: 15_000 },
    );

  it("leads from the caller's request over the commit to the provider, in whichever process that is done", async () => {
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
    const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
    const body = { to: { userId: 'ann' }, content: { body: 'Hello' } };
    const { status, body: answer } = await stack.push_('POST', '/v1/notifications', body, { traceparent });
    expect(status).toBe(202);
    const id = answer.id as string;

    const request = await spansOf('POST /v1/notifications', ({ traceId }) => traceId === CALLER.traceId);
    expect(request).toMatchObject({
      service: 'push',
      parentSpanId: CALLER.spanId,
      facts: { 'http.request.method': 'POST', 'http.route': '/v1/notifications', 'http.response.status_code': 202 },
      failed: false,
    });
    const commit = await spansOf('commit', ({ traceId }) => traceId === CALLER.traceId);
    expect(commit).toMatchObject({ parentSpanId: request.spanId, facts: { 'signalbox.notification': id } });
    expect(commit.nanoseconds).toBeLessThanOrEqual(request.nanoseconds);

    const asked = `${commit.traceId}/${commit.spanId}`;
    const isLinked = (span: CollectedSpan): boolean => linksOf(span).includes(asked);
    const route = await spansOf('work push.route.transactional', isLinked);
    const deliver = await spansOf('work push.apns.transactional', isLinked);
    const send = await spansOf('send apns', isLinked);
    // What is done later is linked, and part of no request that has ended.
    for (const work of [route, deliver]) {
      expect(work.parentSpanId).toBeUndefined();
      expect(work.facts).toMatchObject({ 'messaging.batch.message_count': 1, 'signalbox.end': 'settled' });
    }
    expect(new Set([commit, route, deliver].map(({ traceId }) => traceId)).size).toBe(3);
    expect(send).toMatchObject({
      traceId: deliver.traceId,
      parentSpanId: deliver.spanId,
      facts: { 'signalbox.provider': 'apns', 'signalbox.attempt': 1, 'signalbox.outcome': 'sent' },
    });

    const story = await stack.push_('GET', `/v1/notifications/${id}/explain`);
    expect(story.body).toMatchObject({ traceId: CALLER.traceId });
    expect(story.body.asked).not.toHaveProperty('trace');
    const line = worker.jsonLines().find(({ msg, notification }) => msg === 'attempt' && notification === id);
    expect(line).toMatchObject({
      requestTrace: CALLER.traceId,
      trace: deliver.traceId,
      provider: 'apns',
      lane: 'transactional',
      attempt: 1,
      outcome: 'sent',
      milliseconds: expect.any(Number),
      queuedMs: expect.any(Number),
      ageMs: expect.any(Number),
    });
  }, 40_000);

  it('keeps the request in sight when its notification was edited, and when it comes much later', async () => {
    const sendAt = new Date(Date.now() + 3_000).toISOString();
    const body = { to: { userId: 'ann' }, content: { body: 'Later' }, options: { sendAt } };
    const { id } = (await stack.push_('POST', '/v1/notifications', body)).body;
    expect((await stack.push_('PATCH', `/v1/notifications/${id}`, { content: { body: 'Much later' } })).status).toBe(
      200,
    );
    const commit = await spansOf('commit', ({ facts }) => facts['signalbox.notification'] === id);
    const send = await spansOf('send apns', ({ facts }) => facts['signalbox.notification'] === id);
    expect(linksOf(send)).toEqual([`${commit.traceId}/${commit.spanId}`]);
  }, 40_000);

  it('begins anew where a caller sends nonsense', async () => {
    const headers = { traceparent: `00-${'0'.repeat(32)}-${CALLER.spanId}-01` };
    const answer = await stack.push_('GET', '/v1/notifications/ntf_nobody', undefined, headers);
    expect(answer.status).toBe(404);
    const request = await spansOf('GET /v1/notifications/:id');
    expect(request.parentSpanId).toBeUndefined();
    expect(request.traceId).not.toBe('0'.repeat(32));
    expect(request.facts).toMatchObject({ 'http.route': '/v1/notifications/:id', 'http.response.status_code': 404 });
  });

  it('leads from a webhook of Stripe’s to the work on it', async () => {
    await shop.pay('succeeded');
    const commit = await spansOf('commit', ({ service }) => service === 'payments');
    const request = await spansOf('POST /webhooks/stripe/:source', ({ spanId }) => spanId === commit.parentSpanId);
    expect(request).toMatchObject({ traceId: commit.traceId, facts: { 'http.response.status_code': 200 } });
    const work = await spansOf('work payments.stripe.transactional', (span) =>
      linksOf(span).includes(`${commit.traceId}/${commit.spanId}`),
    );
    expect(work.parentSpanId).toBeUndefined();
  }, 30_000);

  it('leads from a webhook of Braintree’s to the work on it', async () => {
    const notice = { at: new Date() };
    expect(await braintree.tellOfSettlement('a-sale', notice, braintree.url)).toBe(200);
    const request = await spansOf('POST /webhooks/braintree/:source');
    const commit = await spansOf('commit', ({ parentSpanId }) => parentSpanId === request.spanId);
    await spansOf('work payments.braintree.transactional', (span) =>
      linksOf(span).includes(`${commit.traceId}/${commit.spanId}`),
    );
  }, 30_000);

  it('is of no health check and no scrape', () => {
    expect(collector.spans().map(({ name }) => name)).not.toContainEqual(expect.stringMatching(/health|metrics/));
  });
});

describe('of the traces that are not kept', () => {
  let stack: Stack;
  let collector: Collector;
  afterAll(async () => {
    await stack.stop();
    await collector.close();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    collector = await startCollector();
    const pushEnv = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' };
    stack = await startStack({ databaseUrl: postgres.url(), pushEnv });
  }, 60_000);

  it('there is what failed, and what it was a part of', async () => {
    await stack.registerDevice(stack.app, { installation: 'works', user: 'ann', token: goodToken() });
    await stack.registerDevice(stack.app, { installation: 'fails', user: 'bob', token: failing() });
    const send = (userId: string) =>
      stack.push_('POST', '/v1/notifications', { to: { userId }, content: { body: 'Hello' } });
    const fine = (await send('ann')).body.id as string;
    await eventually(async () =>
      expect((await stack.push_('GET', `/v1/notifications/${fine}`)).body.status).toBe('sent'),
    );
    const failed = (await send('bob')).body.id as string;
    const spans = await eventually(
      () => {
        const names = collector.spans().map(({ name }) => name);
        expect(names).toEqual(expect.arrayContaining(['send apns', 'work push.apns.transactional']));
        return collector.spans();
      },
      { within: 15_000 },
    );
    const attempt = spans.find(({ name }) => name === 'send apns')!;
    expect(attempt).toMatchObject({
      failed: true,
      facts: { 'signalbox.notification': failed, 'signalbox.outcome': 'retry', 'error.type': 'retry' },
    });
    expect(spans.map(({ spanId }) => spanId)).toContain(attempt.parentSpanId);
    expect(spans.filter(({ facts }) => facts['signalbox.notification'] === fine)).toEqual([]);
    expect(spans.filter(({ name }) => name.startsWith('POST'))).toEqual([]);
  }, 40_000);

  it("a caller's is kept, as far as strangers may ask for that", async () => {
    const before = collector.spans().length;
    const asked = Array.from({ length: 60 }, (_, place) =>
      stack.push_('GET', '/v1/notifications/ntf_nobody', undefined, {
        traceparent: `00-${CALLER.traceId.slice(4)}${String(place).padStart(4, '0')}-${CALLER.spanId}-01`,
      }),
    );
    for (const { status } of await Promise.all(asked)) expect(status).toBe(404);
    await eventually(() => expect(collector.spans().length).toBeGreaterThan(before), { within: 15_000 });
    const kept = collector.spans().filter(({ name }) => name === 'GET /v1/notifications/:id');
    expect(kept.length).toBeGreaterThanOrEqual(20);
    expect(kept.length).toBeLessThan(60);
  }, 30_000);
});

describe.each(['hangs', 'is not there'] as const)('a collector that %s', (trouble) => {
  let stack: Stack;
  let collector: Collector;
  afterAll(async () => {
    await collector.close();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    collector = await startCollector('hangs');
    const nobody = `http://127.0.0.1:${await freePort(0)}`;
    const pushEnv = { OTEL_EXPORTER_OTLP_ENDPOINT: trouble === 'hangs' ? collector.url : nobody };
    stack = await startStack({ databaseUrl: postgres.url(), pushEnv });
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
  }, 60_000);

  it('harms no request and no delivery, and does not keep the service from stopping', async () => {
    const ids: string[] = [];
    const slowest: number[] = [];
    // More spans than may wait for a collector.
    for (let round = 0; round < 24; round += 1) {
      const asked = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          stack.push_('POST', '/v1/notifications', { to: { userId: 'ann' }, content: { body: 'Hello' } }),
        ),
      );
      slowest.push(performance.now() - asked);
      for (const { status, body } of answers) {
        expect(status).toBe(202);
        ids.push(body.id as string);
      }
    }
    // The first rounds are over before a collector could be missed: so slow is the machine.
    const usual = Math.max(...slowest.slice(0, 4));
    expect(Math.max(...slowest)).toBeLessThan(Math.max(3_000, 3 * usual));
    await eventually(
      async () => {
        const { body } = await stack.push_('GET', `/v1/notifications/${ids.at(-1)}`);
        expect(body.status).toBe('sent');
      },
      { within: 20_000 },
    );
    const said = () => stack.push.jsonLines().filter(({ msg }) => String(msg).startsWith('traces do not reach'));
    await eventually(() => expect(said()).toHaveLength(1), { within: 20_000 });
    const stopped = performance.now();
    await stack.stop();
    expect(performance.now() - stopped).toBeLessThan(10_000);
    expect(said()).toHaveLength(1);
  }, 90_000);
});
