import type { Uuid, WebPushPublicKey } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { PUBLIC_KEY } from './public-key.queries.js';

/** The open halves of apps' Web Push keys. Nothing sealed is opened for them. */
export class PublicKeys {
  constructor(private readonly database: Database) {}

  /** Undefined for an app that has no Web Push credential. */
  async of(appId: Uuid): Promise<WebPushPublicKey | undefined> {
    return (await this.database.query<WebPushPublicKey>(PUBLIC_KEY, [appId])).rows[0];
  }
}
