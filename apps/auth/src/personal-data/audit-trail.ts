import type { AuditEntry, Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { personKeys } from '@signalbox/personal-data';
import { audit, readAudit } from './audit.js';

/** Who did what with users' data. */
export class AuditTrail {
  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
  ) {}

  /** Of a user of ours, or of one that only the app knows; also of one who was erased. */
  of(
    appId: Uuid,
    userId: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<AuditEntry[]> {
    return readAudit(this.database, { appId, persons: personKeys(this.envelope, appId, userId) }, page);
  }

  /** Somebody is about to read. `userId` undefined: a list of users. */
  async read(access: {
    readonly appId: Uuid;
    readonly actor: string;
    readonly userId: string | undefined;
    readonly what: readonly string[];
  }): Promise<void> {
    const { appId, actor, userId, what } = access;
    const person = userId === undefined ? '*' : personKeys(this.envelope, appId, userId)[0];
    await audit(this.database, { appId, actor, action: 'read', person, what });
  }
}
