import type { Customer } from '../objects/customer.js';
import { newId, randomText } from '../wire/ids.js';
import type { Metadata, Params } from '../wire/params.js';
import type { Account } from '../world/account.js';
import { attach } from './attach.js';
import { applyCoupon } from './discounts.js';
import { paymentMethodNamed } from './payment-methods.js';

export interface NewCustomer {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly metadata?: Metadata;
}

/** Announced. */
export function createCustomer(account: Account, { email, name, metadata }: NewCustomer, more: object = {}): Customer {
  const customer: Customer = {
    id: newId('cus').slice(0, 18),
    object: 'customer',
    address: null,
    balance: 0,
    created: account.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: email ?? null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: metadata ?? {},
    name: name ?? null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...more,
  };
  account.add(customer, 'customer.created');
  return customer;
}

/** `POST /v1/customers`. @throws Refused */
export function customerFromParams(account: Account, params: Params): Customer {
  const [named, coupon] = [params.text('payment_method'), params.text('coupon')];
  const method = named === undefined ? undefined : paymentMethodNamed(account, named);
  if (coupon !== undefined) account.objects.require('coupon', coupon, 'coupon');
  const clock = params.text('test_clock');
  if (clock !== undefined) account.objects.require('test_helpers.test_clock', clock, 'test_clock');
  const { email, name } = { email: params.text('email'), name: params.text('name') };
  const customer = createCustomer(
    account,
    { email, name, metadata: params.metadata() },
    {
      ...plainFields(params),
      ...(clock !== undefined && { test_clock: clock }),
    },
  );
  if (method) attach(account, method, customer.id);
  const chosen = params.child('invoice_settings')?.text('default_payment_method');
  if (chosen !== undefined) {
    // A test name means the card that was attached just now under this name.
    const known = account.objects.find('payment_method', chosen) ?? method ?? paymentMethodNamed(account, chosen);
    customer.invoice_settings.default_payment_method = known.id;
  }
  if (coupon !== undefined) applyCoupon(account, customer, coupon);
  return customer;
}

/** `POST /v1/customers/{id}`. @throws Refused */
export function updateCustomer(account: Account, customer: Customer, params: Params): void {
  const coupon = params.text('coupon');
  if (coupon !== undefined) account.objects.require('coupon', coupon, 'coupon');
  const settings = params.child('invoice_settings');
  const chosen = settings?.text('default_payment_method');
  const method = chosen === undefined ? undefined : paymentMethodNamed(account, chosen);
  account.change(customer, 'customer.updated', () => {
    if (params.has('email')) customer.email = params.text('email') ?? null;
    if (params.has('name')) customer.name = params.text('name') ?? null;
    customer.metadata = params.metadata(customer.metadata);
    Object.assign(customer, plainFields(params));
    if (settings?.has('default_payment_method')) customer.invoice_settings.default_payment_method = method?.id ?? null;
  });
  if (params.has('coupon')) applyCoupon(account, customer, coupon);
}

function plainFields(params: Params): object {
  const names = ['description', 'phone', 'address', 'shipping'].filter((name) => params.has(name));
  return Object.fromEntries(names.map((name) => [name, params.kept(name)]));
}
