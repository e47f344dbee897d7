import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstUuidAt } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { StripeShop } from './stripe-shop.js';

const INVARIANT = readFileSync(fileURLToPath(new URL('../prisma/invariants/ledger.sql', import.meta.url)), 'utf8');

/** What breaks "the ledger says what the facts say, and sums to zero", at this moment; empty when nothing does. */
export async function ledgerViolations(database: Database): Promise<unknown[]> {
  return (await database.query(INVARIANT, [firstUuidAt(0)])).rows;
}

/** What the ledger says that the gateway holds, by currency, without what is even. */
export async function ledgerBalance(database: Database): Promise<Record<string, number>> {
  const { rows } = await database.query<{ currency: string; sum: string }>(
    `SELECT currency, sum(amount)::text AS sum FROM ledger_line WHERE ledger_account = 'gateway_balance'
     GROUP BY currency HAVING sum(amount) <> 0`,
  );
  return Object.fromEntries(rows.map(({ currency, sum }) => [currency, Number(sum)]));
}

interface Sum {
  readonly currency: string;
  readonly amount: number;
}

/** What Stripe itself says, available or still to come. */
export async function stripeBalance(shop: StripeShop): Promise<Record<string, number>> {
  const { available, pending } = await shop.callStripe<{ available: Sum[]; pending: Sum[] }>('GET', '/v1/balance');
  const sums = new Map<string, number>();
  for (const { currency, amount } of [...available, ...pending]) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0));
}
