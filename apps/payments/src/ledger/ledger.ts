import {
  formatId,
  parseId,
  type LedgerBalances,
  type LedgerQuery,
  type LedgerTransactionView,
  type Page,
  type Uuid,
} from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { toPage } from '@signalbox/http';
import { BALANCES, LIST, LIST_OF_PAYMENT } from './ledger.queries.js';

const LAST_UUID: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

interface TransactionRow extends Pick<LedgerTransactionView, 'kind' | 'gateway' | 'livemode' | 'lines'> {
  readonly id: Uuid;
  readonly subject: string;
  readonly account: string;
  readonly paymentId: Uuid | null;
  readonly fact: Uuid | null;
  readonly gatewayEntry: string | null;
  readonly occurredAt: Date;
  readonly createdAt: Date;
}

type BalanceRow = Omit<LedgerBalances['items'][number], 'balance' | 'connectedAccount'> & {
  readonly balance: string;
  readonly connectedAccount: string;
};

/** The ledger as its app sees it. */
export class Ledger {
  constructor(private readonly sql: Sql) {}

  /** Newest first. */
  async list(appId: Uuid, { after, limit, paymentId, currency }: LedgerQuery): Promise<Page<LedgerTransactionView>> {
    const before = after === undefined ? LAST_UUID : parseId('ledgerTransaction', after);
    const payment = paymentId === undefined ? null : parseId('payment', paymentId);
    if (before === undefined || payment === undefined) return { items: [], next: null };
    const params = [appId, before, limit + 1, currency ?? null];
    const { rows } =
      payment === null
        ? await this.sql.query<TransactionRow>(LIST, params)
        : await this.sql.query<TransactionRow>(LIST_OF_PAYMENT, [...params, payment]);
    return toPage(rows.map(viewTransaction), limit);
  }

  async balances(appId: Uuid): Promise<LedgerBalances> {
    const { rows } = await this.sql.query<BalanceRow>(BALANCES, [appId]);
    return {
      items: rows.map(({ balance, connectedAccount, ...row }) => ({
        ...row,
        balance: Number(balance),
        connectedAccount: connectedAccount === '' ? null : connectedAccount,
      })),
    };
  }
}

function viewTransaction(row: TransactionRow): LedgerTransactionView {
  const { id, subject, account, paymentId, fact, occurredAt, createdAt, ...rest } = row;
  return {
    ...rest,
    id: formatId('ledgerTransaction', id),
    gatewayRef: subject,
    account: account === '' ? null : account,
    paymentId: paymentId === null ? null : formatId('payment', paymentId),
    fact: fact === null ? null : formatId('event', fact),
    occurredAt: occurredAt.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}
