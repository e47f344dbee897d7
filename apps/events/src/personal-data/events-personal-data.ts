import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { answerPersonalDataRequests, type PersonalDataAnswers } from '@signalbox/personal-data';
import type { Logger } from '@signalbox/telemetry';
import { webhookAnswers } from './webhook-answers.js';

/** What events holds of a user, beside the log itself, where each service cleans up what it wrote. */
export function eventsPersonalData(parts: {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly logger: Logger;
}): PersonalDataAnswers {
  return answerPersonalDataRequests({ ...parts, service: 'events', holdings: [webhookAnswers] });
}
