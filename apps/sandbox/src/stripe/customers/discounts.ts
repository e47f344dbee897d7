import type { Customer, Discount } from '../objects/customer.js';
import { newId } from '../wire/ids.js';
import type { Account } from '../world/account.js';

/** Gives the customer this coupon's discount, another one, or, without a coupon, none. */
export function applyCoupon(account: Account, customer: Customer, coupon: string | undefined): void {
  const before = customer.discount;
  if (coupon === undefined) {
    customer.discount = null;
    if (before) account.emit('customer.discount.deleted', before);
    return;
  }
  const discount: Discount = {
    id: newId('di'),
    object: 'discount',
    checkout_session: null,
    customer: customer.id,
    customer_account: null,
    end: null,
    invoice: null,
    invoice_item: null,
    promotion_code: null,
    source: { coupon, type: 'coupon' },
    start: account.now(),
    subscription: null,
    subscription_item: null,
  };
  account.objects.add(discount);
  customer.discount = discount;
  account.emit(before ? 'customer.discount.updated' : 'customer.discount.created', discount, before ?? undefined);
}
