import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { answerPersonalDataRequests, type Holding } from '@signalbox/personal-data';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { Archives } from './archive.js';
import { AuditTrail } from './audit-trail.js';
import type { ReceiptSigner } from './receipt.js';
import { type EndSessions, RequestDesk } from './request-desk.js';
import { personalDataSaga } from './saga.js';
import { authHoldings, namesOfUser } from './tables.js';

export interface PersonalDataParts {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly endSessions: EndSessions;
  readonly signer: ReceiptSigner;
  readonly issuer: string;
  /** Who has to answer, and in how many hours. */
  readonly services: readonly string[];
  readonly dueHours: number;
  /** Of the parts of auth that know best what they keep of a user. */
  readonly holdings: readonly Holding[];
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Requests for users' data in one auth process: who takes them, who brings them to their end, and auth's own share of them. */
export class PersonalData {
  readonly desk: RequestDesk;
  readonly archives: Archives;
  readonly trail: AuditTrail;
  private readonly working;

  constructor(parts: PersonalDataParts) {
    const { database, envelope, logger } = parts;
    this.desk = new RequestDesk(parts);
    this.archives = new Archives(database, envelope);
    this.trail = new AuditTrail(database, envelope);
    const answers = answerPersonalDataRequests({
      ...{ service: 'auth', database, envelope, logger },
      alsoKnownAs: namesOfUser,
      holdings: authHoldings(envelope, parts.holdings),
    });
    this.working = [answers, ...personalDataSaga(parts)];
  }

  start(): void {
    for (const part of this.working) part.start();
  }

  /** What is under way is finished; whoever starts next goes on. */
  async stop(): Promise<void> {
    await Promise.all(this.working.map((part) => part.stop()));
  }
}
