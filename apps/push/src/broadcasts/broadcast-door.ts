import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Flags } from '@signalbox/flags';
import { WHY_NOT_TAKEN } from './broadcast.queries.js';

/** Whether new broadcasts are taken: by this process's own flags, which need no Postgres, and by what all others say. */
export class BroadcastDoor {
  constructor(
    private readonly database: Database,
    private readonly flags: Flags,
  ) {}

  /** @returns undefined when they are, and otherwise why those of an app are not, as far as somebody said. @throws DatabaseUnreachable */
  async whyClosed(app: Uuid): Promise<{ readonly reason: string | undefined } | undefined> {
    const own = this.flags.whyOff('broadcasts.accept', app);
    if (own !== undefined) return own;
    const [row] = (await this.database.query<{ reason: string | null }>(WHY_NOT_TAKEN, [app])).rows;
    return row && { reason: row.reason ?? undefined };
  }
}
