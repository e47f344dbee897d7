import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { paymentSheet, setupSheet } from './payment-sheet.js';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/payment-sheets.md'), 'utf8');

const answer = {
  gateway: 'stripe',
  paymentId: 'pay_1',
  orderId: 'o-1',
  status: 'requires_payment_method',
  amount: 1_299,
  currency: 'eur',
  livemode: false,
  publishableKey: 'pk_test_1',
  merchantDisplayName: 'Shop',
  allowsDelayedPaymentMethods: false,
  paymentIntentClientSecret: 'pi_1_secret_1',
};
const expiresAt = '2026-11-29T12:00:00Z';
const session = { id: 'cus_1', customerSessionClientSecret: 'cuss_secret_1', expiresAt };
const key = { id: 'cus_1', ephemeralKeySecret: 'ek_test_1', apiVersion: '2020-08-27', expiresAt };

test('every field of a sheet is in the table that says which field of an SDK it becomes', () => {
  const schema = z.toJSONSchema(z.union([paymentSheet, setupSheet]));
  const fields = new Set<string>();
  JSON.stringify(schema, (name, value: unknown) => {
    if (name === 'properties') for (const field of Object.keys(value as object)) fields.add(field);
    return value;
  });
  expect(fields.size).toBeGreaterThan(25);
  expect([...fields].filter((field) => !new RegExp(`\`(\\w+\\.)?${field}\``).test(guide))).toEqual([]);
});

test('a sheet opens saved cards in one way, never in two', () => {
  expect(paymentSheet.safeParse(answer).success).toBe(true);
  expect(paymentSheet.safeParse({ ...answer, customer: session }).success).toBe(true);
  expect(paymentSheet.safeParse({ ...answer, customer: key }).success).toBe(true);
  expect(paymentSheet.safeParse({ ...answer, customer: { ...session, ...key } }).success).toBe(false);
  expect(paymentSheet.safeParse({ ...answer, gateway: 'braintree' }).success).toBe(false);
});
