import { describe, expect, it } from '@jest/globals';
import { templateDocument, type TemplateDocumentInput } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { PAYMENT_NOTICES } from '../payment-notices/notice-kinds.js';
import { documentProblems } from '../templates/check-document.js';
import { Templates } from '../templates/templates.js';
import { BUILT_IN_TEMPLATES } from './built-in-templates.js';
import { useNotices } from './notices.harness.js';

const OWN: TemplateDocumentInput = {
  parameters: { amount: { type: 'money' } },
  defaultLocale: 'fr',
  locales: {
    fr: { title: 'Oups', body: 'Votre paiement de {amount} a échoué.', data: { screen: 'pay', type: 'mine' } },
  },
  sound: 'oups',
};

it.each([...BUILT_IN_TEMPLATES])('the built-in template %s can be written to everybody', (_name, document) => {
  expect(documentProblems(document)).toEqual([]);
  expect(Object.keys(document.locales)).toEqual(['en', 'de']);
});

describe('a notice', () => {
  const stage = useNotices(PAYMENT_NOTICES);

  const put = (database: Database, document: TemplateDocumentInput) =>
    new Templates(database, BUILT_IN_TEMPLATES).put(
      stage.appId(),
      'payment.failed',
      templateDocument.parse(document),
      true,
    );
  const fails = (paymentId: string) =>
    stage.fact('payment.failed', paymentId, {
      ...{ gateway: 'stripe', gatewayRef: 'pi_1', livemode: false, userId: 'ann', amount: 1_250, currency: 'eur' },
      paymentId,
    });

  it('speaks with the words that an app has of its own, as soon as they are in force', async () => {
    await fails('pay_1');
    expect(await stage.read()).toMatchObject([{ content: { title: 'Payment failed' } }]);
    await put(stage.database(), OWN);
    await fails('pay_2');
    const [, { payload, content }] = (await stage.read()) as [unknown, Awaited<ReturnType<typeof stage.read>>[number]];
    expect(payload.template).toEqual({ id: 'payment.failed', version: 1 });
    expect(content).toEqual({
      title: 'Oups',
      body: expect.stringMatching(/^Votre paiement de 12,50\s€ a échoué\.$/),
      sound: 'oups',
      data: { screen: 'pay', type: 'payment.failed', paymentId: 'pay_2' },
    });
  });

  it.each([
    ['are more than a phone gets', { ...OWN, locales: { fr: { body: 'x'.repeat(4_000) } } }],
    ['cannot be written', { ...OWN, locales: { fr: { body: '{x}' } } }],
    [
      'want more than it is filled in with',
      { ...OWN, parameters: { ...OWN.parameters, code: { type: 'string' as const } } },
    ],
    ['leave nothing to show', { ...OWN, locales: { fr: { body: '{amount, select, other {}}' } } }],
  ])('speaks with ours where those %s', async (_name, document) => {
    await put(stage.database(), document);
    await fails('pay_1');
    expect(await stage.read()).toMatchObject([{ content: { title: 'Payment failed' } }]);
  });
});
