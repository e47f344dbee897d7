import type { LedgerAccount, LedgerKind } from '@signalbox/contracts';

/** One side of a transaction: a debit is positive, a credit negative. */
export interface Line {
  readonly account: LedgerAccount;
  readonly currency: string;
  /** In the currency's smallest unit; never zero. */
  readonly amount: number;
}

/** What is to be written for one cause. Without lines there is nothing to write. */
export interface Entry {
  readonly kind: LedgerKind;
  readonly lines: readonly Line[];
}

/** The two sides of one amount; none where there is no amount. A negative one goes the other way. */
export function sides(amount: number, currency: string, debit: LedgerAccount, credit: LedgerAccount): Line[] {
  if (amount === 0) return [];
  return [
    { account: debit, currency, amount },
    { account: credit, currency, amount: -amount },
  ];
}
