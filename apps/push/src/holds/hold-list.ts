import { formatId, type HoldView, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { LIST_HOLDS } from './hold.queries.js';
import { liftHold } from './holds.js';

interface HoldRow {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: string;
  readonly scope: string;
  readonly reason: string;
  readonly since: Date;
  readonly until: Date;
  readonly held: boolean;
  readonly times: number;
  readonly waiting: number;
}

/** Holds as people see and lift them. */
export class HoldList {
  constructor(private readonly database: Database) {}

  /** The holds of one app, or with null of all. */
  async list(appId: Uuid | null): Promise<HoldView[]> {
    return (await this.read(appId)).map(view);
  }

  /** Lifts the hold on a credential of the app, or with null of any. Returns whether there was one. */
  async lift(appId: Uuid | null, credential: Uuid): Promise<boolean> {
    if (!(await this.read(appId)).some((hold) => hold.credentialId === credential)) return false;
    return this.database.transaction((tx) => liftHold(tx, credential, 'lifted_by_hand'));
  }

  private async read(appId: Uuid | null): Promise<HoldRow[]> {
    return (await this.database.query<HoldRow>(LIST_HOLDS, [appId])).rows;
  }
}

function view({ credentialId, appId, since, until, held, ...rest }: HoldRow): HoldView {
  return {
    credentialId: formatId('credential', credentialId),
    appId: formatId('app', appId),
    since: since.toISOString(),
    until: until.toISOString(),
    state: held ? 'held' : 'probing',
    ...rest,
  };
}
