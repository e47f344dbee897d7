import { EVENT_TYPES, parseId, type EventType, type LedgerAccount, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Fact } from '@signalbox/event-log';
import { z } from 'zod';
import type { Entry } from './entry.js';
import { POSTED } from './ledger.queries.js';
import { POSTINGS, type Posted } from './postings.js';
import { writeEntry, type Subject } from './write-entry.js';

/** What every fact that moves money says, whatever else. */
const moved = z.object({
  ...EVENT_TYPES['payout.paid'].shape,
  paymentId: z.string().optional(),
});

/**
 * Posts what facts tell of, in the transaction that appends them: each once, and nothing for facts that move no money. The
 * caller holds a lock that makes facts about one object of the gateway's serial.
 */
export async function post(tx: Sql, facts: readonly (Fact & { readonly id: Uuid })[]): Promise<void> {
  for (const fact of facts) {
    const posting = POSTINGS[fact.type] as ((data: object, posted: Posted) => Entry | undefined) | undefined;
    if (posting === undefined) continue;
    const { gateway, account = '', livemode, gatewayRef, paymentId, currency, occurredAt } = moved.parse(fact.data);
    const payment = paymentId === undefined ? undefined : parseId('payment', paymentId);
    const subject = { appId: fact.appId, gateway, account, livemode, gatewayRef, paymentId: payment };
    const entry = posting(dataOf(fact), await postedFor(tx, subject, currency));
    if (entry !== undefined) await writeEntry(tx, subject, { fact: fact.id }, entry, occurredAt);
  }
}

function dataOf({ type, data }: Fact): object {
  const schema: z.ZodType<object> = EVENT_TYPES[type satisfies EventType];
  return schema.parse(data);
}

async function postedFor(tx: Sql, subject: Subject, currency: string): Promise<Posted> {
  const { appId, gateway, account, gatewayRef } = subject;
  const { rows } = await tx.query<{ account: LedgerAccount; sum: string }>(POSTED, [
    appId,
    gateway,
    account,
    gatewayRef,
    currency,
  ]);
  const sums = new Map(rows.map((row) => [row.account, Number(row.sum)]));
  return (name) => sums.get(name) ?? 0;
}
