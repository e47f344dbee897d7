import { type BreakerRequest, type BreakerView, type FlagOfBreaker, formatId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { END_OF_TIME, HELD_BY_FLAG } from '../holds/hold.queries.js';
import { liftOperatorsHold, placeOperatorsHold } from '../holds/operators-hold.js';
import { PROVIDERS } from '../providers/push-provider.js';
import { FIND_CREDENTIALS, LIST_BREAKERS, PUT_SETTING, TAKE_SETTING_AWAY } from './breaker.queries.js';

/** More than anybody looks at; those that somebody should look at come first. */
const MOST_LISTED = 200;

interface BreakerRow {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: string;
  readonly position: 'open' | 'closed' | null;
  readonly reason: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly heldFor: string | null;
  readonly heldSince: Date | null;
  readonly heldUntil: Date | null;
  readonly flags: FlagOfBreaker[];
  readonly waiting: number;
  readonly processes: BreakerView['processes'];
}

/** What operators see of breakers, and do with them. */
export class BreakerDesk {
  constructor(private readonly database: Database) {}

  async list(): Promise<BreakerView[]> {
    const { rows } = await this.database.query<BreakerRow>(LIST_BREAKERS, [null, PROVIDERS, MOST_LISTED]);
    return rows.map(view);
  }

  /**
   * Puts the breaker of a credential into a position, for all processes. Asked for twice it is done once.
   *
   * @returns how it stands then; undefined where no notification can be sent with such a credential.
   */
  async set(credential: Uuid, request: BreakerRequest): Promise<BreakerView | undefined> {
    await this.database.transaction((tx) => move(tx, credential, request));
    const { rows } = await this.database.query<BreakerRow>(LIST_BREAKERS, [credential, PROVIDERS, 1]);
    return rows[0] && view(rows[0]);
  }

  /**
   * Does the same with every credential of a provider, of an app, or of both: all of them in one commit, with a few statements for each.
   *
   * @returns how many there are.
   */
  async setAll(of: { readonly provider?: string; readonly appId?: Uuid }, request: BreakerRequest): Promise<number> {
    const providers = of.provider === undefined ? PROVIDERS : [of.provider];
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ id: Uuid }>(FIND_CREDENTIALS, [providers, of.appId ?? null]);
      for (const { id } of rows) await move(tx, id, request);
      return rows.length;
    });
  }
}

async function move(tx: Sql, credential: Uuid, { position, reason, until }: BreakerRequest): Promise<void> {
  const appId = await changeSetting(tx, credential, { position, reason, until });
  if (appId === undefined) return;
  const credentialId = formatId('credential', credential);
  const data = { credentialId, position, reason, ...(until === undefined ? {} : { until }) };
  await append(tx, [{ appId, type: 'breaker.set', subject: credentialId, data }]);
  if (position === 'open') await placeOperatorsHold(tx, credential, appId, until);
  else await liftOperatorsHold(tx, credential, position === 'closed');
}

/** @returns the credential's app when something has changed. */
async function changeSetting(tx: Sql, credential: Uuid, request: BreakerRequest): Promise<Uuid | undefined> {
  const { position, reason, until } = request;
  if (position === 'automatic') {
    const { rows } = await tx.query<{ appId: Uuid; inForce: boolean }>(TAKE_SETTING_AWAY, [credential]);
    // What had ended by itself was left to itself already.
    return rows[0]?.inForce === true ? rows[0].appId : undefined;
  }
  const params = [credential, position, reason, until ?? null, PROVIDERS];
  return (await tx.query<{ appId: Uuid }>(PUT_SETTING, params)).rows[0]?.appId;
}

function view(row: BreakerRow): BreakerView {
  const { credentialId, appId, provider, position, reason, since, until, flags, waiting, processes } = row;
  return {
    credentialId: formatId('credential', credentialId),
    appId: formatId('app', appId),
    provider,
    position: position ?? 'automatic',
    reason,
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    hold: holdOf(row),
    flags,
    waiting,
    processes,
  };
}

function holdOf({ heldFor, heldSince, heldUntil }: BreakerRow): BreakerView['hold'] {
  if (heldFor === null || heldSince === null || heldUntil === null) return null;
  const isEndless = heldUntil.getTime() === Date.parse(END_OF_TIME) || heldFor === HELD_BY_FLAG;
  return { reason: heldFor, since: heldSince.toISOString(), until: isEndless ? null : heldUntil.toISOString() };
}
