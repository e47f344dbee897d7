import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, type ReceivedPost } from '@signalbox/testing';
import { type CommandResult, StripeCli } from './stripe-cli.harness.js';
import { StripeHarness, there } from './stripe.harness.js';

jest.setTimeout(60_000);

const cli = new StripeCli();
let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterAll(async () => {
  cli.stop();
  await harness.stop();
});

const OURS =
  /^(cash_balance|charge|coupon|customer|customer_cash_balance_transaction|invoice|invoiceitem|payment_intent|payment_method|payout|plan|price|product|setup_intent|subscription)\./;
const TRIGGERS = cli.triggers().filter((name) => OURS.test(name));
/** Two names that are no events. */
const EVENT_OF: Readonly<Record<string, string>> = {
  'subscription.payment_failed': 'invoice.payment_failed',
  'subscription.payment_succeeded': 'invoice.payment_succeeded',
};
const AT_ONCE = 2;

interface Triggered extends CommandResult {
  readonly types: readonly string[];
}

describe('stripe trigger', () => {
  const results = new Map<string, Promise<Triggered>>();
  beforeAll(() => {
    let lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve<unknown>(undefined));
    TRIGGERS.forEach((name, index) => {
      const result = lanes[index % AT_ONCE]!.then(() => trigger(name));
      lanes = lanes.with(index % AT_ONCE, result);
      results.set(name, result);
    });
  });

  it('knows dozens of events that concern us', () => {
    expect(TRIGGERS.length).toBeGreaterThan(60);
    expect(TRIGGERS).toEqual(
      expect.arrayContaining(['payment_intent.succeeded', 'charge.dispute.created', 'invoice.payment_failed']),
    );
  });

  it.each(TRIGGERS)(
    '%s',
    async (name) => {
      const { code, output, types } = await results.get(name)!;
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Trigger succeeded!') });
      expect(types).toContain(EVENT_OF[name] ?? name);
    },
    60_000,
  );
});

describe('stripe listen', () => {
  it('forwards events, signed with the secret that it prints, and tells Stripe how it went', async () => {
    const key = harness.key();
    const [snapshots, thin] = ['/cli-snapshots', '/cli-thin'];
    const { child, output } = cli.start(
      'listen',
      '--skip-update',
      '--api-base',
      harness.origin,
      '--api-key',
      key,
      '--forward-to',
      `${harness.receiver.url}${snapshots}`,
      '--thin-events',
      '*',
      '--forward-thin-to',
      `${harness.receiver.url}${thin}`,
    );
    const secret = await eventually(() => there(/secret is (whsec_[0-9a-f]+)/.exec(output())?.[1], 'the secret'), {
      within: 15_000,
    });
    const stripe = harness.sdk(key);
    const customer = await stripe.customers.create();
    const [snapshot, notice] = [await harness.post(snapshots, 15_000), await harness.post(thin, 15_000)];
    const signed = ({ body, headers }: ReceivedPost) => [body, String(headers['stripe-signature']), secret] as const;
    expect(stripe.webhooks.constructEvent(...signed(snapshot))).toMatchObject({
      type: 'customer.created',
      data: { object: { id: customer.id } },
    });
    expect(stripe.parseEventNotification(...signed(notice))).toMatchObject({ type: 'v1.customer.created' });
    const { accountId } = await harness.control<{ accountId: string }>('GET', `credential?key=${key}`);
    const told = `deliveries?accountId=${accountId}&status=204&waitMs=5000`;
    await eventually(async () =>
      expect((await harness.control<{ deliveries: object[] }>('GET', told)).deliveries).toHaveLength(2),
    );
    child.kill('SIGINT');
    await eventually(
      async () => {
        const { endpoints } = await harness.control<{ endpoints: { accountId: string }[] }>('GET', 'endpoints');
        expect(endpoints.filter((endpoint) => endpoint.accountId === accountId)).toEqual([]);
      },
      { within: 15_000 },
    );
  });
});

async function trigger(name: string): Promise<Triggered> {
  const key = harness.key();
  const result = await cli.run('trigger', name, '--api-base', harness.origin, '--api-key', key);
  const { data } = await harness.sdk(key).events.list({ limit: 100 });
  return { ...result, types: data.map(({ type }) => type) };
}
