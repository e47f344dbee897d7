import { z } from 'zod';
import { GATEWAYS } from '../events.js';
import { pageOf, pageQuery } from './page.js';

/** The chart of accounts, closed. docs/ledger.md says of each what it is and shows every kind of transaction. */
const LEDGER_ACCOUNTS = [
  'gateway_balance',
  'payouts',
  'sales',
  'refunds',
  'disputes',
  'fees',
  'fee_taxes',
  'application_fees',
  'conversion',
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** Why money moved. `booking`: the gateway's own entry for a movement, with its fee and its exchange. */
const LEDGER_KINDS = [
  'capture',
  'capture_return',
  'refund',
  'refund_return',
  'dispute_withdrawal',
  'dispute_reinstatement',
  'payout',
  'payout_return',
  'booking',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

const currency = z.string().meta({ description: 'ISO 4217, small letters' });
const signed = z.int().meta({ description: "in the currency's smallest unit; a debit is positive, a credit negative" });
const connectedAccount = z
  .string()
  .nullable()
  .meta({ description: 'the connected account, where it is not the app’s own' });

export const ledgerQuery = pageQuery.extend({
  paymentId: z.string().max(64).optional().meta({ description: '`pay_...`' }),
  currency: z.string().max(12).optional().meta({ description: 'transactions with a line in this currency' }),
});
export type LedgerQuery = z.output<typeof ledgerQuery>;

const ledgerTransaction = z.object({
  id: z.string().meta({ description: '`ltx_...`' }),
  kind: z.enum(LEDGER_KINDS),
  gateway: z.enum(GATEWAYS),
  gatewayRef: z.string().meta({ description: "the gateway's id of what moved the money" }),
  account: connectedAccount,
  livemode: z.boolean(),
  paymentId: z.string().nullable(),
  fact: z.string().nullable().meta({ description: '`evt_...`, the fact that it was posted for' }),
  gatewayEntry: z.string().nullable().meta({ description: 'the entry of the gateway’s books that it was posted for' }),
  occurredAt: z.iso.datetime().meta({ description: 'by the gateway’s clock' }),
  createdAt: z.iso.datetime(),
  lines: z
    .array(z.object({ account: z.enum(LEDGER_ACCOUNTS), currency, amount: signed }))
    .meta({ description: 'in every currency they add up to zero' }),
});
export type LedgerTransactionView = z.output<typeof ledgerTransaction>;
/** Newest first. */
export const ledgerPage = pageOf(ledgerTransaction);

/** What stands on each account, one row for each gateway, connected account, mode and currency that has lines. */
export const ledgerBalances = z.object({
  items: z.array(
    z.object({
      account: z.enum(LEDGER_ACCOUNTS),
      currency,
      balance: signed,
      gateway: z.enum(GATEWAYS),
      connectedAccount,
      livemode: z.boolean(),
    }),
  ),
});
export type LedgerBalances = z.output<typeof ledgerBalances>;
