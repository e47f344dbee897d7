import { createHash, randomUUID } from 'node:crypto';
import type { SetupSheet, SetupSheetRequest, Uuid } from '@signalbox/contracts';
import type { AccountGateways } from '../accounts/account-gateways.js';
import { valueOf } from '../accounts/account-problems.js';
import type { PaymentGateway } from '../gateway/gateway.js';
import type { GatewayOutcome } from '../gateway/outcome.js';
import { clientKey } from '../orders/client-key.js';
import { orderProblems } from '../orders/order-problems.js';
import type { Settings } from '../settings/settings.js';
import { stripeConfiguration } from './stripe-configuration.js';

/** Sheets in which customers enter what they pay with later. No money moves: one that nobody was told of does no harm. */
export class SetupSheets {
  constructor(
    private readonly gateways: AccountGateways,
    private readonly settings: Settings,
  ) {}

  /** @throws Problem */
  async show(appId: Uuid, request: SetupSheetRequest, idempotencyKey: string | undefined): Promise<SetupSheet> {
    const { currency, method, userId, usage, description, metadata = {}, ephemeralKey, platform } = request;
    const settings = await this.settings.needed(appId);
    const { gateway, accounts, livemode } = await this.gateways.of({ appId, currency, method });
    const customer = await this.customerOf(appId, gateway, request);
    const made = known(
      await accounts.setUp({
        ...{ appId, account: '', customer, userId, usage, method, description, metadata },
        key: gatewayKey(appId, idempotencyKey, request),
        ephemeralKeyVersion: ephemeralKey?.apiVersion,
      }),
    );
    const { publishableKey, ref: gatewayRef, clientSecret: setupIntentClientSecret } = made;
    const configuration = stripeConfiguration({ publishableKey, account: '', livemode, currency, settings, platform });
    return { ...configuration, gatewayRef, livemode, customer: made.customer, setupIntentClientSecret };
  }

  private async customerOf(
    appId: Uuid,
    gateway: PaymentGateway,
    { customer, userId = '' }: SetupSheetRequest,
  ): Promise<string> {
    const { id, ...details } = customer ?? {};
    if (id !== undefined) return id;
    return known(await gateway.customer({ appId, account: '', userId, details })).ref;
  }
}

/** What may have happened counts as not done: nobody was told of it. @throws Problem */
function known<Value>(outcome: GatewayOutcome<Value>): Value {
  if (outcome.kind === 'unknown') throw orderProblems.notDone({ reason: outcome.reason, retryAfterMs: 0 });
  return valueOf(outcome, 'There is no such customer.');
}

/** The same request under the same key is made once; a key is not asked for, since nothing is charged. */
function gatewayKey(appId: Uuid, key: string | undefined, request: SetupSheetRequest): string {
  if (key === undefined) return randomUUID();
  const { k, requestHash } = clientKey(appId, 'POST /v1/setup-sheets', key, request);
  return `sbx-seti-${createHash('sha256').update(k).update(requestHash).digest('hex').slice(0, 40)}`;
}
