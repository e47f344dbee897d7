import { expect, test } from '@jest/globals';
import { paymentSheetRequest, setupSheetRequest, type PaymentSheetRequestInput } from './sheet-request.js';

const order: PaymentSheetRequestInput = { orderId: 'o-1', amount: 1_299, currency: 'EUR' };

function refusals(body: unknown): string[] {
  const parsed = paymentSheetRequest.safeParse(body);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('an order with an amount is enough, and a currency is written small', () => {
  expect(paymentSheetRequest.parse(order)).toEqual({
    orderId: 'o-1',
    amount: 1_299,
    currency: 'eur',
    captureMethod: 'automatic',
  });
});

test('a key to saved cards, or a card to keep, is of somebody', () => {
  const apiVersion = '2020-08-27';
  expect(refusals({ ...order, ephemeralKey: { apiVersion } })).toEqual([
    'ephemeralKey: needs a userId or a customer.id: it is a key to their saved cards',
  ]);
  expect(refusals({ ...order, setupFutureUsage: 'off_session', customer: { email: 'a@shop.example' } })).toEqual([
    'setupFutureUsage: needs a userId or a customer.id to keep the payment method for',
  ]);
  expect(refusals({ ...order, ephemeralKey: { apiVersion }, setupFutureUsage: 'on_session', userId: 'u' })).toEqual([]);
  expect(setupSheetRequest.safeParse({}).success).toBe(false);
  expect(setupSheetRequest.parse({ customer: { id: 'cus_1' } })).toMatchObject({ usage: 'off_session' });
});

test('metadata that Signalbox writes cannot be forged', () => {
  expect(refusals({ ...order, metadata: { signalbox_payment_id: 'pay_1' } })).toEqual([
    'metadata.signalbox_payment_id: must not begin with signalbox_, which is ours',
  ]);
  expect(refusals({ ...order, metadata: { 'basket[0]': '1' } })).toHaveLength(1);
});
