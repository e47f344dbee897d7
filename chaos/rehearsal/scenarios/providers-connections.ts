import { setTimeout as lasting } from 'node:timers/promises';
import { endpointOf } from '../make-app.ts';
import { LATE, type Scenario } from '../scenario.ts';
import { untilTold, untilWell } from './providers-well.ts';

/**
 * The same seen from elsewhere. Until the breaker has opened, which takes up to half a minute, all that is sent waits for a stream; the rule's ten
 * minutes are twenty seconds here.
 */
const MEANWHILE = ['CredentialHeld', 'SyntheticCheckFails', 'ProviderStreamsWait', ...LATE];

/** How long a connection is dead, in which it is found out once, and how long all goes well then. Milliseconds. */
const SILENCE = { lasts: 3_300, thenNotFor: 3_700 };

/** Connections to providers, and whether anybody is at their other end. */
export const CONNECTIONS: readonly Scenario[] = [
  {
    name: 'provider-hangs',
    what: 'Apple takes requests and does not answer them',
    must: ['ProviderBreakerOpens'],
    may: MEANWHILE,
    async strike(stage) {
      await stage.control('PUT', '/v1/apns/behaviour', { hang: true });
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await untilWell(stage);
      };
    },
  },
  {
    name: 'provider-away',
    what: 'no provider can be reached at all',
    must: ['ProviderUnreachable', 'ProviderBreakerOpens'],
    may: ['GatewaySilent', ...MEANWHILE],
    async strike(stage) {
      await stage.sandbox.kill();
      return async () => {
        await stage.sandbox.restart();
        await stage.control('POST', '/v1/stripe/endpoints', endpointOf(stage.app.stripe));
        await untilWell(stage);
        await untilTold();
      };
    },
  },
  {
    name: 'connections-die',
    what: 'something on the way to Apple drops connections without a word, again and again',
    must: ['ProviderSilent'],
    // A check that falls into such a moment has failed until the next one.
    may: ['SyntheticCheckFails'],
    async strike(stage, over) {
      const during = (ms: number): Promise<unknown> => lasting(ms, undefined, { signal: over }).catch(() => undefined);
      const dying = (async () => {
        while (!over.aborted) {
          await stage.control('PUT', '/v1/apns/behaviour', { blackhole: true });
          await during(SILENCE.lasts);
          await stage.control('DELETE', '/v1/apns/behaviour');
          await during(SILENCE.thenNotFor);
        }
      })();
      return async () => {
        await dying;
        await untilWell(stage);
        await untilTold();
      };
    },
  },
  {
    name: 'streams-taken',
    what: 'Apple allows one request at a time on a connection, and takes its time',
    must: ['ProviderStreamsWait'],
    may: [],
    async strike(stage) {
      // Three connections then carry a little less than the four a second that are sent, and a few more wait from the beginning.
      await stage.control('PUT', '/v1/apns/behaviour', { maxConcurrentStreams: 1, latencyMs: 800 });
      await Promise.all(Array.from({ length: 8 }, () => stage.send()));
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await untilWell(stage);
      };
    },
  },
];
