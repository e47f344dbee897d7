import { firstUuidAt, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Holding, Person } from '@signalbox/personal-data';
import { heldUnder, type LegalHold } from './legal-hold.js';
import {
  EMPTY_BRAINTREE_EVENTS,
  LEDGER_OF_PAYMENTS,
  PAYMENTS_OF_USER,
  UNLINK_PAYMENTS,
} from './personal-data.queries.js';

const AT_ONCE = 500;

interface PaymentRow {
  readonly id: Uuid;
  readonly gateway: string;
  readonly gatewayRef: string | null;
  readonly createdAt: Date;
}

/**
 * Payments are kept as the law wants it, with their movements in the ledger, which names nobody; whose they were is not to be
 * told from here any more. The gateway's id stays: under it the gateway keeps the record that an auditor asks for.
 */
export function payments(hold: LegalHold): Holding {
  return {
    name: 'payments',
    async erase(tx, person, at) {
      const { rows, next } = await slice(tx, person, at);
      if (rows.length === 0) return { next };
      const ids = rows.map(({ id }) => id);
      await tx.query(UNLINK_PAYMENTS, [ids, person.pseudonym]);
      const refs = rows.filter(({ gateway }) => gateway === 'braintree').flatMap(({ gatewayRef }) => gatewayRef ?? []);
      const bodies = refs.length === 0 ? 0 : (await tx.query(EMPTY_BRAINTREE_EVENTS, [person.appId, refs])).rowCount;
      const ledger = await tx.query<{ count: number }>(LEDGER_OF_PAYMENTS, [ids]);
      const newest = rows.map(({ createdAt }) => createdAt).reduce((a, b) => (a > b ? a : b));
      return {
        counts: { 'payments unlinked': ids.length, 'bodies of Braintree’s events': bodies },
        kept: [
          ...heldUnder(hold, 'payments, under a pseudonym', ids.length, newest),
          ...heldUnder(hold, 'movements of money in the ledger', ledger.rows[0]!.count, newest),
        ],
        next,
      };
    },
    async collect(tx, person, at) {
      const { rows, next } = await slice(tx, person, at);
      return { records: rows, next };
    },
  };
}

async function slice(
  tx: Sql,
  { appId, userId }: Person,
  at: string | undefined,
): Promise<{ rows: PaymentRow[]; next: Uuid | undefined }> {
  const { rows } = await tx.query<PaymentRow>(PAYMENTS_OF_USER, [appId, userId, at ?? firstUuidAt(0), AT_ONCE]);
  return { rows, next: rows.length === AT_ONCE ? rows.at(-1)!.id : undefined };
}
