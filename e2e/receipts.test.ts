import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Signalbox } from '@signalbox/server';
import { eventually, usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';

describe('phones that say what they got', () => {
  let stack: Stack;
  let key: string;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), withEvents: true });
    const body = { appId: stack.app.id, kind: 'publishable', name: 'phones' };
    const made = await stack.call('POST', `${stack.urls.auth}/v1/api-keys`, {
      key: stack.env['OPERATOR_TOKEN']!,
      body,
    });
    ({ key } = made.body as { key: string });
  }, 60_000);

  async function phone(installation: string, ...says: string[]): Promise<string> {
    const token = goodToken();
    const registration = { platform: 'ios', target: { kind: 'apns', token }, environment: 'sandbox' };
    const device = { ...registration, bundleId: 'com.example.app' };
    expect((await stack.push_('PUT', `/v1/devices/${installation}`, device)).status).toBe(201);
    const body = { url: stack.urls.push, key, installationId: installation, says };
    expect((await stack.call('PUT', `${stack.urls.control}/v1/phones/${token}`, { body })).status).toBe(200);
    return token;
  }
  const notifications = () =>
    new Signalbox({
      apiKey: stack.app.secretKey,
      urls: { push: stack.urls.push, events: stack.urls.events },
    }).notifications;

  it('are counted, and their deliveries are delivered and opened, however fast they were', async () => {
    const token = await phone('kiosk', 'received', 'opened');
    const sent = await Promise.all(
      Array.from({ length: 40 }, () =>
        notifications().send({ to: { installationId: 'kiosk' }, content: { body: 'a word' } }),
      ),
    );
    for (const { id } of sent) {
      await eventually(
        async () => {
          const [delivery] = await notifications().deliveries(id);
          expect(delivery).toMatchObject({ state: 'opened', attempt: 1, openedAt: expect.any(String) });
        },
        { within: 10_000 },
      );
      expect((await notifications().receipts(id)).total).toEqual({ delivered: 1, opened: 1, dismissed: 0 });
      const { body } = await stack.call('GET', `${stack.urls.events}/v1/events?subject=${id}`, {
        key: stack.app.secretKey,
      });
      expect(body.events.map(({ type }: { type: string }) => type).toSorted()).toEqual([
        'delivery.delivered',
        'delivery.opened',
        'delivery.sent',
        'notification.accepted',
      ]);
    }
    const view = await notifications().get(sent[0]!.id);
    expect(view).toMatchObject({ status: 'sent', deliveries: { opened: 1 }, receipts: { delivered: 1, opened: 1 } });
    expect((await notifications().explain(sent[0]!.id)).because).toContain('1 phone has it, opened on 1');
    const { body } = await stack.call('GET', `${stack.urls.control}/v1/phones/${token}`);
    expect(body).toMatchObject({ answers: { 200: 40 } });
  });
});
