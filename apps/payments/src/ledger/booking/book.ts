import type { LedgerAccount } from '@signalbox/contracts';
import { sides, type Entry, type Line } from '../entry.js';
import type { GatewayEntry } from './gateway-entry.js';

/** What a charge, a refund or a payout is for its facts: in the currency of the customer. */
export interface Presented {
  readonly amount: number;
  readonly currency: string;
  /** Entries of the gateway's books about it that go the same way as this one. */
  readonly shares: number;
}

/** Of what a fee consists, as far as it is somebody else's than the gateway's. */
const FEE_ACCOUNTS: Partial<Record<string, LedgerAccount>> = { tax: 'fee_taxes', application_fee: 'application_fees' };

/**
 * What the gateway's own entry adds to what its facts say: its fee, and the exchange where the balance is in another currency
 * than the customer paid in. Pure.
 */
export function book(entry: GatewayEntry, presented: Presented): Entry {
  return { kind: 'booking', lines: [...exchanged(entry, presented), ...feesOf(entry)] };
}

/** Each currency is balanced by itself, with the account `conversion` between the two. */
function exchanged(entry: GatewayEntry, presented: Presented): Line[] {
  if (entry.currency === presented.currency) return [];
  const given = Math.sign(entry.amount) * presentedAmount(entry, presented);
  return [
    ...sides(given, presented.currency, 'conversion', 'gateway_balance'),
    ...sides(entry.amount, entry.currency, 'gateway_balance', 'conversion'),
  ];
}

/** To the cent where the gateway booked it at once; of one among several captures only the rate is known. */
function presentedAmount({ amount, exchangeRate }: GatewayEntry, presented: Presented): number {
  if (presented.shares <= 1 || exchangeRate === undefined) return presented.amount;
  return Math.round(Math.abs(amount) / exchangeRate);
}

function feesOf({ fee, feeDetails, currency }: GatewayEntry): Line[] {
  const others = feeDetails
    .map(({ amount, type }) => ({ amount, account: FEE_ACCOUNTS[type] }))
    .filter((part): part is { amount: number; account: LedgerAccount } => part.account !== undefined);
  const own = others.reduce((rest, { amount }) => rest - amount, fee);
  return [
    ...sides(own, currency, 'fees', 'gateway_balance'),
    ...others.flatMap(({ amount, account }) => sides(amount, currency, account, 'gateway_balance')),
  ];
}
