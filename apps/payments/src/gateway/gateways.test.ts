import { describe, expect, it } from '@jest/globals';
import { newUuid, type PaymentRoutingRule } from '@signalbox/contracts';
import { PlayedGateway } from '../orders/played-gateway.harness.js';
import { Gateways } from './gateways.js';

describe('who takes a payment', () => {
  const appId = newUuid();
  const [stripe, braintree] = [new PlayedGateway('stripe', false), new PlayedGateway('braintree', true)];
  const gateways = new Gateways([braintree, stripe]);
  const names = async (...asked: Parameters<Gateways['candidates']>): Promise<string[]> =>
    (await gateways.candidates(...asked)).map(({ gateway }) => gateway.name);

  it('without rules is Stripe first, then Braintree', async () => {
    expect(await names({ appId, currency: 'eur' }, [])).toEqual(['stripe', 'braintree']);
  });

  it('is who the rules name, in their order, by currency and method', async () => {
    const asked: PaymentRoutingRule[] = [
      { gateway: 'braintree', currencies: ['usd'], methods: ['paypal'] },
      { gateway: 'stripe', currencies: ['usd', 'eur'] },
    ];
    expect(await names({ appId, currency: 'usd', method: 'paypal' }, asked)).toEqual(['braintree', 'stripe']);
    expect(await names({ appId, currency: 'usd', method: 'card' }, asked)).toEqual(['stripe']);
    expect(await names({ appId, currency: 'eur' }, asked)).toEqual(['stripe']);
    expect(await names({ appId, currency: 'gbp' }, asked)).toEqual([]);
  });

  it('is asked last while it does not answer', async () => {
    stripe.isDown = true;
    expect(await names({ appId, currency: 'eur' }, [])).toEqual(['braintree', 'stripe']);
    stripe.isDown = false;
  });

  it('is nobody without keys', async () => {
    const silent = new PlayedGateway('stripe', false);
    silent.hasKeys = false;
    expect(await new Gateways([silent]).candidates({ appId, currency: 'eur' }, [])).toEqual([]);
  });
});
