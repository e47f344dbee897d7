import { CredentialReader, Envelope, loadMasterKey, SealBroken } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { CREDENTIALS } from './backup.queries.ts';
import type { DrillConfig } from './config.ts';

/** How many credentials there are, and how many of them this master key opens; undefined: there is no key to try. */
export interface OpenedSeals {
  readonly credentials: number;
  readonly opened: number;
}

/** A backup without the key that sealed it is not one. */
export async function tryMasterKey(
  sql: Sql,
  { masterKey, masterKeyFile }: DrillConfig,
): Promise<OpenedSeals | undefined> {
  if (masterKey === undefined && masterKeyFile === undefined) return undefined;
  const reader = new CredentialReader(new Envelope(loadMasterKey({ key: masterKey, file: masterKeyFile })));
  const { rows } = await sql.query<{ id: string; provider: string }>(CREDENTIALS);
  let opened = 0;
  for (const { id, provider } of rows) {
    try {
      if ((await openOne(reader, sql, id, provider)) !== undefined) opened += 1;
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
    }
  }
  return { credentials: rows.length, opened };
}

function openOne(reader: CredentialReader, sql: Sql, id: string, provider: string): Promise<object | undefined> {
  if (provider === 'stripe') return reader.openStripe(sql, id);
  return provider === 'braintree' ? reader.openBraintree(sql, id) : reader.open(sql, id);
}
