import { checkNow, untilTaken } from '../checks-of.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { isSheetShown, pay, putKeysAgain, rowsOf, until, untilAllIsKnown, wish } from './payments-shop.ts';
import { ASK_NOW, CALLED_BEFORE, UNSETTLED } from './payments.queries.ts';

/** A breaker opens after five in a row. */
const SHEETS = 8;
const TWENTY_MINUTES_MS = 20 * 60_000;
/** Whoever asks again meanwhile would ask twice at once. */
const LONGER_THAN_AN_ASKING_MS = 3_000;

/** Calls of gateways that are refused, or not answered. */
export const GATEWAY_CALLS: readonly Scenario[] = [
  {
    name: 'stripe-key-rolled',
    what: "the app's key was rolled at Stripe, and not here",
    must: ['StripeKeysRefused', 'SyntheticCheckFails'],
    may: [],
    async strike(stage) {
      const rolled = { status: 401, code: 'api_key_expired' };
      await stage.control('PUT', '/v1/stripe/behaviour', { faults: [rolled] });
      await checkNow(stage, 'stripe');
      return async () => {
        await stage.control('DELETE', '/v1/stripe/behaviour');
        await putKeysAgain(stage);
        await untilTaken(stage, 'stripe');
      };
    },
  },
  {
    name: 'stripe-hangs',
    what: 'Stripe takes calls and does not answer them, while sheets are asked for',
    must: ['GatewaySilent'],
    may: [],
    async strike(stage) {
      const shop = { merchantDisplayName: 'Shop', merchantCountryCode: 'DE' };
      await stage.asApp('payments', 'PUT', '/v1/payment-settings', shop);
      await until(() => isSheetShown(stage));
      await stage.control('PUT', '/v1/stripe/behaviour', { blackhole: true });
      const asked = Promise.all(Array.from({ length: SHEETS }, () => isSheetShown(stage)));
      return async () => {
        await stage.control('DELETE', '/v1/stripe/behaviour');
        await asked;
        await until(() => isSheetShown(stage));
        await untilTaken(stage, 'stripe');
      };
    },
  },
  {
    name: 'capture-unanswered',
    what: 'what became of a capture is unknown for more than a quarter of an hour, since Stripe breaks off each one',
    must: ['OutcomesUnknown'],
    // Whoever asks repeats the capture: the fifth that is broken off opens the breaker, which takes some seconds or half a minute.
    may: ['GatewaySilent'],
    async strike(stage) {
      const payment = await reserve(stage);
      const brokenOff = { route: 'POST /v1/payment_intents/:id/capture', disconnect: true };
      await stage.control('PUT', '/v1/stripe/behaviour', { faults: [brokenOff] });
      await wish(stage, `/v1/payments/${payment}/capture`, {}).catch(() => undefined);
      await until(async () => (await rowsOf(stage, CALLED_BEFORE, [TWENTY_MINUTES_MS])).length > 0);
      return async () => {
        await stage.control('DELETE', '/v1/stripe/behaviour');
        await until(async () => {
          await rowsOf(stage, ASK_NOW);
          return (await rowsOf(stage, UNSETTLED)).length === 0;
        }, LONGER_THAN_AN_ASKING_MS);
        await untilAllIsKnown(stage);
      };
    },
  },
];

interface Payments {
  readonly items: readonly { readonly id: string; readonly gatewayRef: string | null }[];
}

/** A payment whose money can be captured; answers its id with us. */
async function reserve(stage: Stage): Promise<string> {
  const { id: intent } = await pay(stage, 'requires_capture');
  await untilAllIsKnown(stage);
  const { items } = await stage.asApp<Payments>('payments', 'GET', '/v1/payments');
  return items.find(({ gatewayRef }) => gatewayRef === intent)!.id;
}
