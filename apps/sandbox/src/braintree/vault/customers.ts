import { type Customer, CUSTOMER_FIELDS, type CustomerField } from '../objects/customer.js';
import type { Fields } from '../wire/fields.js';
import { newId } from '../wire/ids.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';

const LONGEST_ID = 36;
const LONGEST_TEXT = 255;
const SNAKE: Readonly<Record<CustomerField, string>> = {
  company: 'company',
  email: 'email',
  fax: 'fax',
  firstName: 'first_name',
  lastName: 'last_name',
  phone: 'phone',
  website: 'website',
};

/** @throws Invalid */
export function createCustomer(merchant: Merchant, fields: Fields): Customer {
  const id = fields.text('id') ?? newId(11);
  if (id.length > LONGEST_ID) throw wrong('id', '91612', 'Customer ID is too long.');
  if (!/^[\w-]+$/.test(id))
    throw wrong('id', '91610', 'Customer ID is invalid (use only letters, numbers, "-", and "_").');
  if (merchant.customers.has(id)) throw wrong('id', '91609', 'Customer ID has already been taken.');
  const at = merchant.now();
  const nothing = Object.fromEntries(CUSTOMER_FIELDS.map((field) => [field, null])) as Record<CustomerField, null>;
  const details = { ...nothing, ...detailsIn(fields) };
  const customer: Customer = { id, details, customFields: customFieldsIn(fields), createdAt: at, updatedAt: at };
  merchant.customers.set(id, customer);
  return customer;
}

/** @throws Invalid */
export function updateCustomer(merchant: Merchant, customer: Customer, fields: Fields): void {
  customer.details = { ...customer.details, ...detailsIn(fields) };
  customer.customFields = { ...customer.customFields, ...customFieldsIn(fields) };
  customer.updatedAt = merchant.now();
}

/** Their payment methods go with them; their transactions stay. */
export function deleteCustomer(merchant: Merchant, { id }: Customer): void {
  for (const { token } of merchant.methodsOf(id)) merchant.methods.delete(token);
  merchant.customers.delete(id);
}

/** What is said of a person, a field that is emptied included. @throws Invalid */
export function detailsIn(fields: Fields): Partial<Record<CustomerField, string | null>> {
  const details: Partial<Record<CustomerField, string | null>> = {};
  for (const field of CUSTOMER_FIELDS) {
    if (!(SNAKE[field] in fields.raw())) continue;
    const text = fields.text(SNAKE[field]) ?? null;
    if (text !== null && text.length > LONGEST_TEXT) throw wrong(SNAKE[field], TOO_LONG[field], 'is too long.');
    if (field === 'email' && text !== null && !/^[^@\s]+@[^@\s]+$/.test(text))
      throw wrong('email', '81604', 'Email is an invalid format.');
    details[field] = text;
  }
  return details;
}

const TOO_LONG: Readonly<Record<CustomerField, string>> = {
  company: '81601',
  email: '81605',
  fax: '81607',
  firstName: '81608',
  lastName: '81613',
  phone: '81614',
  website: '81615',
};

/** The sandbox takes any; Braintree only those that were set up. */
export function customFieldsIn(fields: Fields): Record<string, string> {
  return fields.child('custom_fields').allTexts();
}

function wrong(attribute: string, code: string, message: string) {
  return invalid('customer', attribute, code, message);
}
