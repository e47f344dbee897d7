import { formatId, type SyntheticCheckView, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { LIST, type ListedRow, NAME_DEVICE, WISH } from './check.queries.js';

/** What came of the checks of every credential, and what an operator may say about them. */
export class CheckBook {
  constructor(private readonly sql: Sql) {}

  /** All credentials of all apps, those that fail first. */
  async list(): Promise<SyntheticCheckView[]> {
    return (await this.sql.query<ListedRow>(LIST)).rows.map(view);
  }

  /** Has it tried as soon as a process that speaks to its provider looks, within seconds. False: there is no such credential. */
  async wish(credential: Uuid): Promise<boolean> {
    return (await this.sql.query(WISH, [credential])).rowCount > 0;
  }

  /**
   * Names the device that checks of a credential are sent to; null: none, and then nothing is sent. False: there is no such credential,
   * or no such device of its app that its provider reaches.
   */
  async name(credential: Uuid, device: Uuid | null): Promise<boolean> {
    return (await this.sql.query(NAME_DEVICE, [credential, device])).rowCount > 0;
  }
}

function view({ credentialId, appId, deviceId, since, checkedAt, wellAt, dueAt, results, ...rest }: ListedRow) {
  return {
    credentialId: formatId('credential', credentialId),
    appId: formatId('app', appId),
    deviceId: deviceId && formatId('device', deviceId),
    since: since?.toISOString() ?? null,
    checkedAt: checkedAt?.toISOString() ?? null,
    wellAt: wellAt?.toISOString() ?? null,
    dueAt: dueAt?.toISOString() ?? null,
    results: results ?? [],
    ...rest,
  };
}
