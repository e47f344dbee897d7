import { objectKey } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { CollectedSlice, ErasedSlice, Holding, Person, Told } from '@signalbox/personal-data';
import type { AccountOutcome } from '../gateway/account-gateway.js';
import type { PaymentGateway } from '../gateway/gateway.js';
import {
  ACCOUNTS_WITH_CUSTOMER,
  COLLECT_CUSTOMERS,
  CUSTOMERS,
  CUSTOMERS_TO_UNLINK,
  REMEMBER_ERASED,
  UNLINK_CUSTOMERS,
} from './personal-data.queries.js';

const AT_ONCE = 200;

/** When to ask a gateway again that did not say. Milliseconds. */
const ASK_AGAIN_MS = 10_000;
/** Nothing changes before a person has mended something there. Milliseconds. */
const REFUSED_MS = 5 * 60_000;

/** By what Stripe's objects name a user. Read while we know of any. */
export async function namesAtStripe(tx: Sql, { appId, userId }: Omit<Person, 'knownAs'>): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(CUSTOMERS, [appId, userId]);
  return rows.map(({ id }) => id);
}

/**
 * The customer at each gateway: name, address and saved cards are there and not here. Deleted at the gateway first, which also ends
 * subscriptions; what was paid stays there under the gateway's own law.
 */
export function customers(sql: Sql, gateways: readonly PaymentGateway[]): Holding {
  return { name: 'customers', tellOthers: (person) => forget(sql, gateways, person), erase: unlink, collect: show };
}

async function show(tx: Sql, { appId, userId }: Person, at: string | undefined): Promise<CollectedSlice> {
  const { rows } = await tx.query<{ id: string }>(COLLECT_CUSTOMERS, [appId, userId, at ?? '', AT_ONCE]);
  return { records: rows, next: rows.length === AT_ONCE ? rows.at(-1)!.id : undefined };
}

async function unlink(tx: Sql, { appId, userId, pseudonym }: Person): Promise<ErasedSlice> {
  const found = await tx.query<{ account: string; id: string }>(CUSTOMERS_TO_UNLINK, [appId, userId, AT_ONCE]);
  const [accounts, ids] = [found.rows.map(({ account }) => account), found.rows.map(({ id }) => id)];
  const keys = found.rows.map(({ account, id }) => objectKey(appId, account, id));
  await tx.query(REMEMBER_ERASED, [appId, keys, accounts, ids, pseudonym]);
  await tx.query(UNLINK_CUSTOMERS, [appId, accounts, ids]);
  return { counts: { customers: ids.length }, next: ids.length === AT_ONCE ? 'more' : undefined };
}

async function forget(sql: Sql, gateways: readonly PaymentGateway[], { appId, userId }: Person): Promise<Told> {
  let deleted = 0;
  for (const gateway of gateways) {
    if ((await gateway.modeOf(appId)) === undefined) continue;
    for (const account of await accountsAt(sql, gateway, { appId, userId })) {
      const outcome = await gateway.forget({ appId, account, userId });
      if (outcome.kind !== 'done' && outcome.kind !== 'missing') return later(gateway, outcome);
      if (outcome.kind === 'done') deleted += 1;
    }
  }
  return { end: 'done', counts: { 'customers at gateways': deleted } };
}

/** Only Stripe has connected accounts, and of Stripe's customers we know which there are. */
async function accountsAt(
  sql: Sql,
  { name }: PaymentGateway,
  { appId, userId }: Pick<Person, 'appId' | 'userId'>,
): Promise<readonly string[]> {
  if (name !== 'stripe') return [''];
  const { rows } = await sql.query<{ account: string }>(ACCOUNTS_WITH_CUSTOMER, [appId, userId]);
  return rows.map(({ account }) => account);
}

function later({ name }: PaymentGateway, outcome: Exclude<AccountOutcome<null>, { kind: 'done' | 'missing' }>): Told {
  switch (outcome.kind) {
    case 'not_done':
      return { end: 'later', afterMs: outcome.retryAfterMs, reason: `${name}: ${outcome.reason}` };
    case 'unknown':
      return { end: 'later', afterMs: ASK_AGAIN_MS, reason: `${name}: ${outcome.reason}` };
    case 'declined':
    case 'refused':
      return { end: 'later', afterMs: REFUSED_MS, reason: `${name}: ${outcome.code}` };
  }
}
