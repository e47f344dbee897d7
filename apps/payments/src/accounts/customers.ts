import type { CustomerRequest, CustomerView, Page, SavedMethodView, Uuid } from '@signalbox/contracts';
import type { AccountPlace, AccountGateways } from './account-gateways.js';
import type { AccountOutcome, CustomerState, Person, SavedMethod } from '../gateway/account-gateway.js';
import { foundOf, valueOf } from './account-problems.js';

const NOBODY = 'The user has no customer at the gateway: PUT it here, or show them a sheet.';
const NO_METHOD = 'The user has no such payment method.';

/** Users as their gateway knows them. What it holds of them is asked for each time, and never kept. */
export class Customers {
  constructor(private readonly gateways: AccountGateways) {}

  /** @throws Problem */
  async keep(appId: Uuid, userId: string, contact: CustomerRequest): Promise<CustomerView> {
    const place = await this.gateways.of({ appId });
    return viewCustomer(userId, place, valueOf(await place.accounts.keep(person(appId, userId), contact), NOBODY));
  }

  /** @throws Problem */
  async find(appId: Uuid, userId: string): Promise<CustomerView> {
    const place = await this.gateways.of({ appId });
    return viewCustomer(userId, place, foundOf(await place.accounts.find(person(appId, userId)), NOBODY));
  }

  /** @throws Problem */
  async remove(appId: Uuid, userId: string): Promise<void> {
    const { accounts } = await this.gateways.of({ appId });
    valueOf(await accounts.remove(person(appId, userId)), NOBODY);
  }

  /** @throws Problem */
  async methods(appId: Uuid, userId: string): Promise<Page<SavedMethodView>> {
    const { accounts } = await this.gateways.of({ appId });
    const methods = foundOf(await accounts.methods(person(appId, userId)), NOBODY);
    return { items: methods.map(viewMethod), next: null };
  }

  /** @throws Problem */
  async prefer(appId: Uuid, userId: string, method: string): Promise<void> {
    await this.change(appId, (accounts) => accounts.prefer(person(appId, userId), method));
  }

  /** @throws Problem */
  async detach(appId: Uuid, userId: string, method: string): Promise<void> {
    await this.change(appId, (accounts) => accounts.detach(person(appId, userId), method));
  }

  private async change(
    appId: Uuid,
    act: (accounts: AccountPlace['accounts']) => Promise<AccountOutcome<null>>,
  ): Promise<void> {
    const { accounts } = await this.gateways.of({ appId });
    valueOf(await act(accounts), NO_METHOD);
  }
}

const person = (appId: Uuid, userId: string): Person => ({ appId, account: '', userId });

function viewCustomer(userId: string, { gateway, livemode }: AccountPlace, state: CustomerState): CustomerView {
  return {
    userId,
    gateway: gateway.name,
    gatewayRef: state.ref,
    livemode,
    email: state.email ?? null,
    name: state.name ?? null,
    phone: state.phone ?? null,
    defaultPaymentMethodId: state.defaultMethod ?? null,
    createdAt: state.createdAt.toISOString(),
  };
}

const viewMethod = ({ ref, kind, brand, last4, expiry, isDefault }: SavedMethod): SavedMethodView => ({
  id: ref,
  kind,
  brand: brand ?? null,
  last4: last4 ?? null,
  expiry: expiry ?? null,
  isDefault,
});
