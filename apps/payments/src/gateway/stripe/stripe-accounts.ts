import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { USER } from '../../process/normalise/fields.js';
import type { StripeClients } from '../../read-stripe/stripe-clients.js';
import type {
  AccountGateway,
  AccountOutcome,
  Contact,
  CustomerState,
  Person,
  SavedMethod,
  SetUpCall,
  SetUpParts,
} from '../account-gateway.js';
import type { OperationClass } from '../gateway.js';
import { done, type GatewayOutcome, type NotDone, type ReadOutcome } from '../outcome.js';
import { customerSecrets } from './customer-secrets.js';
import { defaultMethodOf, stateOfCustomer, stateOfMethod } from './customer-state.js';
import type { StripeCustomers } from './stripe-customers.js';
import type { StripeReads } from './stripe-reads.js';
import type { StripeSubscriptions } from './stripe-subscriptions.js';
import type { StripeWrite, StripeWrites } from './stripe-writes.js';

type Later = Extract<ReadOutcome<never>, { readonly kind: 'later' }>;

/** Customers and what is kept for them, at Stripe. Each call says how things shall be, so that any of them may be repeated. */
export class StripeAccounts implements AccountGateway {
  constructor(
    private readonly clients: StripeClients,
    private readonly writes: StripeWrites,
    private readonly reads: StripeReads,
    private readonly customers: StripeCustomers,
    readonly subscriptions: StripeSubscriptions,
  ) {}

  async keep(person: Person, contact: Contact): Promise<GatewayOutcome<CustomerState>> {
    const { ref, former } = await this.customers.known(person);
    const changed = ref === undefined ? undefined : await this.update(person, ref, contact);
    if (changed !== undefined && !isMissing(changed)) return changed;
    if (ref !== undefined) await this.customers.gone(person, ref);
    const gone = ref === undefined ? former : [...former, ref];
    const made = await this.customers.make({ ...person, details: contact }, gone);
    return made.kind === 'done' ? done(stateOfCustomer(made.value)) : made;
  }

  async find(person: Person): Promise<ReadOutcome<CustomerState>> {
    const read = await this.customer(person);
    return read.kind === 'found' ? { kind: 'found', value: stateOfCustomer(read.value) } : read;
  }

  async remove(person: Person): Promise<AccountOutcome<null>> {
    const { ref, former } = await this.customers.known(person);
    if (ref === undefined) return former.length === 0 ? { kind: 'missing' } : done(null);
    const removed = await this.write(person, 'customer_delete', 'settle', async (sdk, options) => {
      await sdk.customers.del(ref, {}, options);
      return null;
    });
    if (removed.kind !== 'done' && !isMissing(removed)) return removed;
    await this.customers.gone(person, ref);
    return done(null);
  }

  async methods(person: Person): Promise<ReadOutcome<readonly SavedMethod[]>> {
    const customer = await this.customer(person);
    if (customer.kind !== 'found') return customer;
    const { id } = customer.value;
    const read = await this.reads.ofCustomer<Stripe.PaymentMethod>(person, 'payment_method', { customer: id });
    if (read.kind !== 'found') return read;
    const chosen = defaultMethodOf(customer.value);
    return { kind: 'found', value: read.value.map((method) => stateOfMethod(method, chosen)) };
  }

  prefer(person: Person, method: string): Promise<AccountOutcome<null>> {
    return this.withMethod(person, method, (customer) =>
      this.write(person, 'payment_method_default', 'settle', async (sdk, options) => {
        await sdk.customers.update(customer, { invoice_settings: { default_payment_method: method } }, options);
        return null;
      }),
    );
  }

  detach(person: Person, method: string): Promise<AccountOutcome<null>> {
    return this.withMethod(person, method, () =>
      this.write(person, 'payment_method_detach', 'settle', async (sdk, options) => {
        await sdk.paymentMethods.detach(method, {}, options);
        return null;
      }),
    );
  }

  async setUp(call: SetUpCall): Promise<GatewayOutcome<SetUpParts>> {
    const { customer, key, ephemeralKeyVersion: version } = call;
    const made = await this.write(call, 'setup_intent', 'open', (sdk, options) =>
      sdk.setupIntents.create(setupParams(call), { ...options, idempotencyKey: key }),
    );
    if (made.kind !== 'done') return made;
    const [secrets, client] = await Promise.all([
      customerSecrets({ ...call, version }, customer, this.writes),
      this.clients.of(call.appId),
    ]);
    if (secrets.kind !== 'done') return secrets;
    const { id: ref, client_secret: clientSecret } = made.value;
    return done({
      ref,
      publishableKey: client?.publishableKey,
      clientSecret: clientSecret ?? '',
      customer: secrets.value,
    });
  }

  private update(person: Person, ref: string, contact: Contact): Promise<GatewayOutcome<CustomerState>> {
    const { email, name, phone } = contact;
    const params = {
      metadata: { [USER]: person.userId },
      ...(email !== undefined && { email }),
      ...(name !== undefined && { name }),
      ...(phone !== undefined && { phone }),
    };
    return this.write(person, 'customer', 'open', async (sdk, options) =>
      stateOfCustomer(await sdk.customers.update(ref, params, options)),
    );
  }

  private async customer(person: Person): Promise<ReadOutcome<Stripe.Customer>> {
    const { ref } = await this.customers.known(person);
    if (ref === undefined) return { kind: 'missing' };
    const read = await this.reads.one<Stripe.Customer | Stripe.DeletedCustomer>(person, 'customer', ref);
    if (read.kind !== 'found') return read;
    return read.value.deleted === true ? { kind: 'missing' } : { kind: 'found', value: read.value };
  }

  /** Only what is the user's own is touched, whatever id somebody sends. */
  private async withMethod(
    person: Person,
    method: string,
    act: (customer: string) => Promise<GatewayOutcome<null>>,
  ): Promise<AccountOutcome<null>> {
    const { ref } = await this.customers.known(person);
    if (ref === undefined) return { kind: 'missing' };
    const read = await this.reads.one<Stripe.PaymentMethod>(person, 'payment_method', method);
    if (read.kind === 'later') return notDone(read);
    if (read.kind === 'missing' || read.value.customer !== ref) return { kind: 'missing' };
    return act(ref);
  }

  private write<Value>(
    { appId, account }: Pick<Person, 'appId' | 'account'>,
    name: string,
    operation: OperationClass,
    make: StripeWrite<Value>['make'],
  ): Promise<GatewayOutcome<Value>> {
    return this.writes.write({ appId, account, operation, key: randomUUID(), name, make });
  }
}

function setupParams(call: SetUpCall): Stripe.SetupIntentCreateParams {
  const { customer, userId, usage, method, description, metadata } = call;
  return {
    customer,
    usage,
    ...(method === undefined ? { automatic_payment_methods: { enabled: true } } : { payment_method_types: [method] }),
    metadata: { ...metadata, ...(userId !== undefined && { [USER]: userId }) },
    ...(description !== undefined && { description }),
  };
}

const isMissing = (outcome: GatewayOutcome<unknown>): boolean =>
  outcome.kind === 'refused' && outcome.code === 'resource_missing';

const notDone = ({ reason, retryAfterMs }: Later): NotDone => ({ kind: 'not_done', reason, retryAfterMs });
