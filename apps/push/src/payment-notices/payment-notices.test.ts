import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  formatId,
  newUuid,
  noticeIdOf,
  QUEUES,
  type EventType,
  type Uuid,
  uuidFromTimeAndTail,
} from '@signalbox/contracts';
import { useNotices } from '../notices/notices.harness.js';
import { PAYMENT_NOTICES } from './notice-kinds.js';

const HOUR = 3_600_000;
const money = { gateway: 'stripe', gatewayRef: 'pi_1', livemode: false, userId: 'ann', amount: 1_250, currency: 'eur' };

describe('facts about money', () => {
  const stage = useNotices(PAYMENT_NOTICES);
  const { sql, read, counted, owed, device } = stage;

  async function fact(type: EventType, data: object = {}, subject = 'pay_1'): Promise<Uuid> {
    const paymentId = subject.startsWith('pay_') ? subject : 'pay_1';
    return stage.fact(type, subject, { ...money, paymentId, amountReceived: 1_250, ...data });
  }

  const invoiceFact = (type: EventType, data: object = {}, invoice = 'in_1'): Promise<Uuid> =>
    fact(type, { invoiceId: invoice, attempt: 1, last: false, ...data }, invoice);

  it.each([
    ['payment.failed', 'pay_1', {}, { paymentId: 'pay_1' }],
    ['payment.action_required', 'pay_1', { deepLink: 'shop://1' }, { paymentId: 'pay_1', deepLink: 'shop://1' }],
    [
      'invoice.payment_failed',
      'in_1',
      { invoiceId: 'in_1', attempt: 1, last: true },
      { invoiceId: 'in_1', last: 'true' },
    ],
    ['refund.failed', 'pay_1', { refundId: 're_1' }, { refundId: 're_1', paymentId: 'pay_1' }],
    ['dispute.opened', 'pay_1', { disputeId: 'dp_1', status: 'needs_response' }, { disputeId: 'dp_1' }],
  ] as const)('of type %s become one notification each, owed to be routed', async (type, subject, more, data) => {
    const id = await fact(type, more, subject);
    const [made, ...others] = await read();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      id: noticeIdOf(id),
      payload: { to: { userId: 'ann' }, lane: 'transactional', category: 'payments', cause: formatId('event', id) },
      content: { data: { type, ...data } },
    });
    const { rows } = await sql('SELECT id, queue, lane FROM push_work');
    expect(rows).toEqual([{ id: made!.payload.root, queue: QUEUES.routeTransactional, lane: 'transactional' }]);
    expect(await owed()).toEqual([noticeIdOf(id)]);
    expect(await counted()).toEqual({ [`${type} told`]: 1 });
  });

  it('are told once, however many processes read them', async () => {
    const ids: Uuid[] = [];
    const others = [stage.process(), stage.process(), stage.process()];
    for (const each of others) each.start();
    for (let payment = 0; payment < 60; payment += 1) ids.push(await fact('payment.failed', {}, `pay_${payment}`));
    const made = await read();
    expect(made.map(({ id }) => id).sort()).toEqual(ids.map(noticeIdOf).sort());
    expect(await owed()).toEqual(ids.map(noticeIdOf).sort());
  });

  it('are not told again when the reader is set back to the beginning', async () => {
    await fact('payment.failed');
    await read();
    await stage.setBack();
    expect(await read()).toHaveLength(1);
    expect(await owed()).toHaveLength(1);
    expect(await counted()).toEqual({ 'payment.failed repeated': 1 });
  });

  it('are told in the language of the active phone that was seen last, in English where none has said one', async () => {
    await device({ userId: 'ann', locale: 'de-DE', seen: 5 });
    await device({ userId: 'ann', locale: 'en-US', seen: 60 });
    await device({ userId: 'ann', locale: null, seen: 0 });
    await device({ userId: 'ann', locale: 'en-US', seen: 1, status: 'deleted' });
    await device({ userId: 'bob', locale: 'fr-FR' });
    await fact('payment.failed', {}, 'pay_1');
    await fact('payment.failed', { userId: 'bob' }, 'pay_2');
    await fact('payment.failed', { userId: 'nobody' }, 'pay_3');
    expect((await read()).map(({ content }) => content.title)).toEqual([
      'Zahlung fehlgeschlagen',
      'Payment failed',
      'Payment failed',
    ]);
  });

  it.each([
    ['no_user', { userId: undefined }],
    ['too_old', { occurredAt: new Date(Date.now() - 25 * HOUR).toISOString() }],
    ['unreadable', { amount: 'a lot' }],
  ])('are counted and not told: %s', async (outcome, data) => {
    await fact('payment.failed', data);
    expect(await read()).toEqual([]);
    expect(await counted()).toEqual({ [`payment.failed ${outcome}`]: 1 });
  });

  it('that were written long ago are not told, and those that happened an hour ago live an hour shorter', async () => {
    await sql(
      `INSERT INTO event_log (id, app_id, type, subject, payload, at)
       VALUES ($1, $2, 'payment.failed', 'pay_1', $3, now() - interval '25 hours')`,
      [newUuid(), stage.appId(), { ...money, paymentId: 'pay_1' }],
    );
    const happened = Date.now() - HOUR;
    await fact('payment.failed', { occurredAt: new Date(happened).toISOString() }, 'pay_2');
    const [made, ...others] = await read();
    expect(others).toEqual([]);
    expect(Date.parse(made!.payload.expiresAt)).toBe(happened + 24 * HOUR);
    expect(await counted()).toEqual({ 'payment.failed too_old': 1, 'payment.failed told': 1 });
  });

  it.each(['payment.succeeded', 'payment.canceled'] as const)(
    'are taken back by %s as long as nothing was routed, and nobody else is',
    async (ending) => {
      await fact('payment.failed', {}, 'pay_1');
      await fact('payment.action_required', {}, 'pay_1');
      const [other] = [await fact('payment.failed', {}, 'pay_2')];
      const made = await read();
      expect(made).toHaveLength(3);
      const end = await fact(ending, {}, 'pay_1');
      await read();
      expect(await owed()).toEqual([noticeIdOf(other)]);
      const { rows } = await sql(`SELECT payload FROM event_log WHERE type = 'notification.cancelled'`);
      expect(rows).toEqual([
        { payload: { cause: formatId('event', end) } },
        { payload: { cause: formatId('event', end) } },
      ]);
      expect(await counted()).toMatchObject({ 'payment.failed withdrawn': 1, 'payment.action_required withdrawn': 1 });
    },
  );

  it('are not taken back once they are on their way', async () => {
    await fact('payment.failed');
    await read();
    await sql('DELETE FROM push_work');
    await fact('payment.succeeded');
    await read();
    expect((await sql(`SELECT FROM event_log WHERE type = 'notification.cancelled'`)).rowCount).toBe(0);
  });

  it('of an invoice are taken back when it is paid', async () => {
    await invoiceFact('invoice.payment_failed');
    const other = await invoiceFact('invoice.payment_failed', {}, 'in_2');
    await read();
    await invoiceFact('invoice.paid');
    await read();
    expect(await owed()).toEqual([noticeIdOf(other)]);
  });

  it('are never told when the end is known before they are read, in whatever order', async () => {
    await fact('payment.succeeded', {}, 'pay_1');
    await fact('payment.failed', {}, 'pay_1');
    await fact('payment.failed', {}, 'pay_2');
    await fact('payment.canceled', {}, 'pay_2');
    expect(await read()).toEqual([]);
    expect(await counted()).toEqual({ 'payment.failed ended': 2 });
  });

  it('of another app with the same name end nothing', async () => {
    const failed = await fact('payment.failed', {}, 'pay_1');
    const data = { ...money, paymentId: 'pay_1', amountReceived: 1 };
    await stage.fact('payment.succeeded', 'pay_1', data, { appId: newUuid() });
    await read();
    expect(await owed()).toEqual([noticeIdOf(failed)]);
  });

  it('of one attempt at an invoice are one step, and the last has its own words', async () => {
    await invoiceFact('invoice.payment_failed', { attempt: 1 });
    await invoiceFact('invoice.payment_failed', { attempt: 1 });
    await invoiceFact('invoice.payment_failed', { attempt: 2, last: true });
    expect((await read()).map(({ content }) => content.title)).toEqual([
      'Payment failed',
      'Last attempt to collect failed',
    ]);
    expect(await counted()).toEqual({ 'invoice.payment_failed told': 2, 'invoice.payment_failed same_step': 1 });
  });
  it('of one attempt at an invoice are one message, whichever facts Stripe’s events make of it', async () => {
    // Declined.
    await fact('payment.failed', { invoiceId: 'in_1' }, 'pay_1');
    await invoiceFact('invoice.payment_failed', {}, 'in_1');
    // Waits for the customer.
    await invoiceFact('invoice.payment_failed', { attempt: 1 }, 'in_2');
    await invoiceFact('invoice.action_required', {}, 'in_2');
    await fact('payment.action_required', { invoiceId: 'in_2' }, 'pay_2');
    const made = await read();
    expect(made.map(({ payload, content }) => [content.data['type'], payload.collapseKey])).toEqual([
      ['invoice.payment_failed', 'invoice:in_1'],
      ['payment.action_required', 'invoice:in_2'],
    ]);
    expect(await counted()).toMatchObject({
      'payment.failed told_otherwise': 1,
      'invoice.payment_failed told_otherwise': 1,
    });
    // What waited an hour ago says nothing of this attempt.
    const id = uuidFromTimeAndTail(Date.now() - HOUR, randomBytes(10));
    const data = { ...money, invoiceId: 'in_3' };
    await stage.fact('invoice.action_required', 'in_3', data, { id });
    await invoiceFact('invoice.payment_failed', { attempt: 2 }, 'in_3');
    expect((await read()).at(-1)!.payload.collapseKey).toBe('invoice:in_3');
  });
});
