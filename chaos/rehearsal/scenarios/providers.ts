import { iPhoneOf } from '../make-app.ts';
import type { Scenario } from '../scenario.ts';
import { CHECKS } from './providers-checks.ts';
import { CONNECTIONS } from './providers-connections.ts';
import { GONE } from './providers-gone.ts';
import { untilOnTime, untilWell } from './providers-well.ts';

/** What a provider answers. */
const ANSWERS: readonly Scenario[] = [
  {
    name: 'key-refused',
    what: 'Apple does not take the key any more, while messages are sent',
    must: ['CredentialHeld', 'ProviderAlarms'],
    // A check that is due before the first message is refused finds it as well; later ones wait for the hold.
    may: ['SyntheticCheckFails'],
    async strike(stage) {
      await stage.control('PUT', '/v1/apns/behaviour', { reason: 'InvalidProviderToken', status: 403 });
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await untilWell(stage);
        // To a Prometheus that has just begun, a reason that was counted before would be a new one: another process has counted none.
        await stage.services.push.kill();
        await stage.services.push.restart();
      };
    },
  },
  {
    name: 'too-many-requests',
    what: 'Apple asks again and again for a crowd of messages to come later',
    must: ['RetriesPostponed'],
    may: [],
    async strike(stage) {
      // The sandbox answers 429 to tokens that begin so. More messages than half of the retries that a credential has in a minute.
      await stage.asApp('push', 'PUT', '/v1/devices/pestered', iPhoneOf('pestered', 'e429e429'));
      await Promise.all(Array.from({ length: 60 }, () => stage.send({ to: { userId: 'pestered' } })));
      return async () => {
        // What waits for a phone that is gone ends as refused, when it next asks.
        await stage.asApp('push', 'DELETE', '/v1/devices/pestered');
        await untilOnTime(stage);
      };
    },
  },
];

/** Push providers, and apps' own endpoints. */
export const PROVIDERS: readonly Scenario[] = [...ANSWERS, ...CONNECTIONS, ...CHECKS, ...GONE];
