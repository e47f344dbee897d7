import type { Sql } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import type { ServiceClient } from '../services/service-client.js';

/** What the pages of dead letters are made from: letters and runs are push's, names of apps are read. */
export interface DeadLetterPages {
  readonly push: ServiceClient;
  readonly database: Sql;
  readonly logger: Logger;
}
