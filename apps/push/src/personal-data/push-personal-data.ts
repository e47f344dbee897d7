import type { ContentCipher, Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { answerPersonalDataRequests, type PersonalDataAnswers } from '@signalbox/personal-data';
import type { Logger } from '@signalbox/telemetry';
import { deadLetters } from './dead-letters.js';
import { devices, namesOfDevices, topics } from './devices.js';
import { notifications } from './notifications.js';
import { meters, preferences } from './preferences.js';
import { schedules } from './schedules.js';

/** What push holds of a user: devices, and what was, or was to be, said to them. */
export function pushPersonalData(parts: {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly cipher: ContentCipher;
  readonly logger: Logger;
}): PersonalDataAnswers {
  return answerPersonalDataRequests({
    ...parts,
    service: 'push',
    alsoKnownAs: namesOfDevices,
    holdings: [
      schedules(parts.cipher),
      notifications('always', parts.cipher),
      deadLetters,
      // Before what the user said: a phone of somebody who is known no more to have opted out would be sent to.
      devices,
      topics,
      preferences,
      meters,
      notifications('request', parts.cipher),
    ],
  });
}
