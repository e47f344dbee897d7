import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { usePostgres } from '@signalbox/testing';

type Line = readonly [account: string, currency: string, amount: number];

describe('the database', () => {
  const postgres = usePostgres();

  async function insertTransaction(sql: Sql): Promise<string> {
    const id = newUuid();
    await sql.query(
      `INSERT INTO ledger_transaction (id, app_id, gateway, livemode, kind, subject, fact, occurred_at)
       VALUES ($1, $2, 'stripe', false, 'capture', 'pi_1', $3, now())`,
      [id, newUuid(), newUuid()],
    );
    return id;
  }

  const insertLine = (sql: Sql, id: string, position: number, line: Line) =>
    sql.query(
      `INSERT INTO ledger_line (transaction_id, position, ledger_account, currency, amount) VALUES ($1, $2, $3, $4, $5)`,
      [id, position, ...line],
    );

  /** Writes a transaction with these lines, in one commit. */
  const write = (...lines: Line[]): Promise<string> =>
    postgres.database().transaction(async (tx) => {
      const id = await insertTransaction(tx);
      for (const [position, line] of lines.entries()) await insertLine(tx, id, position, line);
      return id;
    });

  const capture: Line[] = [
    ['gateway_balance', 'eur', 100],
    ['sales', 'eur', -100],
  ];

  it('takes a transaction that is balanced in each of its currencies', async () => {
    await write(...capture, ['conversion', 'usd', 110], ['gateway_balance', 'usd', -110]);
  });

  it.each<[string, string, Line[]]>([
    ['whose sides differ', 'is not balanced: eur 1', [capture[0]!, ['sales', 'eur', -99]]],
    [
      'that is balanced only over currencies',
      'is not balanced: eur 100, usd -100',
      [capture[0]!, ['sales', 'usd', -100]],
    ],
    ['with one line', 'has fewer than two lines', [capture[0]!]],
    ['without lines', 'has fewer than two lines', []],
    ['with a line about nothing', 'ledger_line_amount_check', [...capture, ['fees', 'eur', 0]]],
    ['with an account that is not on the chart', 'ledger_line_ledger_account_check', [...capture, ['cash', 'eur', 1]]],
  ])('refuses one %s, at the commit', async (_what, message, lines) => {
    await expect(write(...lines)).rejects.toThrow(message);
  });

  it('refuses what somebody unbalances after he had the constraints checked', async () => {
    const writing = postgres.database().transaction(async (tx) => {
      const id = await insertTransaction(tx);
      for (const [position, line] of capture.entries()) await insertLine(tx, id, position, line);
      await tx.query('SET CONSTRAINTS ALL IMMEDIATE');
      await insertLine(tx, id, 9, ['fees', 'eur', 1]);
    });
    await expect(writing).rejects.toThrow('is not balanced: eur 1');
  });

  it('adds no lines to what is committed, not even balanced ones', async () => {
    const id = await write(...capture);
    const late = postgres.database().transaction(async (tx) => {
      await insertLine(tx, id, 7, ['fees', 'eur', 5]);
      await insertLine(tx, id, 8, ['gateway_balance', 'eur', -5]);
    });
    await expect(late).rejects.toThrow('takes no more lines');
  });

  it.each([
    ['UPDATE ledger_line SET amount = amount * 2'],
    ['UPDATE ledger_transaction SET kind = kind'],
    ['DELETE FROM ledger_line'],
    ['DELETE FROM ledger_transaction'],
    ['TRUNCATE ledger_line'],
    ['TRUNCATE ledger_transaction, ledger_line'],
  ])('refuses %s', async (statement) => {
    await write(...capture);
    await expect(postgres.database().query(statement)).rejects.toThrow('the ledger is append-only');
  });
});
