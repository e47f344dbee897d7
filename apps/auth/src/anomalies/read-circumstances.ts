import type { Database } from '@signalbox/database';
import type { JudgedSignIn } from '../sign-in/judging.js';
import { CIRCUMSTANCES } from './anomalies.queries.js';
import type { Circumstances } from './circumstances.js';
import { deviceHash } from './device-hash.js';
import { networkKind } from './networks/network-kind.js';

interface Row {
  readonly isFirst: boolean;
  readonly isKnownDevice: boolean;
  readonly countries: string[];
  readonly neighbours: number;
  readonly isPasswordDue: boolean;
}

/** Reads what the rules look at, in one statement. @param country of the visitor's address. */
export async function readCircumstances(
  database: Database,
  { appId, userId, visitor, amr }: JudgedSignIn,
  country: string | undefined,
): Promise<Circumstances> {
  const device = visitor.deviceId === undefined ? null : deviceHash(userId, visitor.deviceId);
  const { rows } = await database.query<Row>(CIRCUMSTANCES, [userId, device, appId, visitor.prefix]);
  const { isFirst, isKnownDevice, countries, neighbours, isPasswordDue } = rows[0]!;
  return {
    isFirst,
    device: isKnownDevice ? 'known' : device === null ? 'unnamed' : 'new',
    network: networkKind(visitor.ip),
    country,
    countries,
    neighbours,
    isPasswordDue,
    amr,
  };
}
