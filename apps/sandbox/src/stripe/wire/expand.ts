import type { Kind } from '../objects/kinds.js';
import { wholeList } from '../objects/stripe-object.js';
import type { Account } from '../world/account.js';
import { invalid } from './refused.js';

const DEEPEST = 4;

type Fields = Record<string, unknown>;

/** Fields that are shown only to those who ask for them. */
const ON_REQUEST: Readonly<Partial<Record<Kind, Readonly<Record<string, (account: Account, id: string) => unknown>>>>> =
  {
    charge: {
      refunds: (account, id) =>
        wholeList(
          `/v1/charges/${id}/refunds`,
          account.objects.newestFirst('refund').filter(({ charge }) => charge === id),
        ),
    },
    invoice: {
      payments: (account, id) =>
        wholeList(
          '/v1/invoice_payments',
          account.objects.newestFirst('invoice_payment').filter(({ invoice }) => invoice === id),
        ),
      confirmation_secret: (account, id) => {
        const intent = account.objects.find('payment_intent', account.intentOfInvoice(id) ?? '');
        return intent ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
      },
    },
  };

/** A copy in which the ids that `paths` name are replaced by their objects. @throws Refused */
export function expanded(account: Account, result: object, paths: readonly string[]): object {
  const copy = structuredClone(result) as Fields;
  for (const path of paths) {
    const names = path.split('.');
    if (names.length > DEEPEST) throw invalid(`You cannot expand more than ${DEEPEST} levels of a property.`, 'expand');
    expandPath(account, copy, names, path);
  }
  return copy;
}

function expandPath(account: Account, fields: Fields, [name, ...rest]: readonly string[], path: string): void {
  if (name === undefined) return;
  const onRequest = ON_REQUEST[fields['object'] as Kind]?.[name];
  if (onRequest) fields[name] ??= structuredClone(onRequest(account, String(fields['id'])));
  if (!Object.hasOwn(fields, name))
    throw invalid(
      `This property cannot be expanded (${name}) in ${path}. You may want to try expanding 'data.${name}'.`,
      'expand',
    );
  fields[name] = lookUp(account, fields[name]);
  const value = fields[name];
  for (const next of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (typeof next === 'object' && next !== null) expandPath(account, next as Fields, rest, path);
  }
}

function lookUp(account: Account, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => lookUp(account, element));
  const object = typeof value === 'string' ? account.objects.findAny(value) : undefined;
  return object ? structuredClone(object) : value;
}
