import type { Uuid } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import type { AccountGateway } from '../gateway/account-gateway.js';
import type { GatewayName, PaymentGateway } from '../gateway/gateway.js';
import type { Gateways, Wanted } from '../gateway/gateways.js';
import type { SubscriptionGateway } from '../gateway/subscription-gateway.js';
import type { Settings } from '../settings/settings.js';
import { accountProblems } from './account-problems.js';

/** Where an app's customers are kept. */
export interface AccountPlace {
  readonly gateway: PaymentGateway;
  readonly accounts: AccountGateway;
  readonly livemode: boolean;
}

/** Which gateway keeps customers, and bills by itself: the first in the app's order that does. */
export class AccountGateways {
  constructor(
    private readonly gateways: Gateways,
    private readonly settings: Settings,
  ) {}

  /** @throws Problem 409 when none does. */
  async of(wanted: Wanted, what = 'customers'): Promise<AccountPlace> {
    const settings = await this.settings.of(wanted.appId);
    const candidates = await this.gateways.candidates(wanted, settings?.routing ?? []);
    if (candidates.length === 0) {
      const remedy = 'PUT /v1/apps/{id}/credentials/stripe, or a rule in PUT /v1/payment-settings that fits';
      throw problems.conflict('no_gateway', `The app has no gateway for this: ${remedy}.`);
    }
    for (const { gateway, livemode } of candidates) {
      if (gateway.accounts !== undefined) return { gateway, accounts: gateway.accounts, livemode };
    }
    throw accountProblems.notSupported(what);
  }

  /** @throws Problem 409 when none bills by itself. */
  async billing(appId: Uuid): Promise<AccountPlace & { readonly subscriptions: SubscriptionGateway }> {
    const place = await this.of({ appId }, 'subscriptions');
    const { subscriptions } = place.accounts;
    if (subscriptions === undefined) throw accountProblems.notSupported('subscriptions');
    return { ...place, subscriptions };
  }

  /** Of an operation that was kept, whatever the app's rules say since. */
  billingAt(name: GatewayName): SubscriptionGateway {
    const subscriptions = this.gateways.named(name).accounts?.subscriptions;
    if (subscriptions === undefined) throw new Error(`${name} bills nothing by itself`);
    return subscriptions;
  }
}
