import { always, flaky, type TokenPrefix, type TokenPrefixes } from '../scripting/token-prefix.js';
import { ACCEPTED, type Ending, refusal } from './ending.js';

/** How long a device of the prefix `51ee` ("sleep") takes to be answered. */
const SLOW_MS = 2000;
const RETRY_AFTER_SECONDS = 1;
const LONG_AGO = Date.UTC(2020, 0, 1);

/**
 * Device tokens that mean something without any script: a code of four hexadecimal digits, written twice, so that a
 * token made at random has one chance in a hundred million to be one of them.
 */
export const TOKEN_PREFIXES: TokenPrefixes<Ending> = new Map([
  ['deaddead', always('410 Unregistered, timestamp now', () => unregistered('Unregistered', Date.now()))],
  [
    'dea0dea0',
    always('410 Unregistered, timestamp 2020-01-01: the device has registered since', () =>
      unregistered('Unregistered', LONG_AGO),
    ),
  ],
  ['deafdeaf', always('410 ExpiredToken, timestamp now', () => unregistered('ExpiredToken', Date.now()))],
  ['bad0bad0', always('400 BadDeviceToken', () => refusal('BadDeviceToken'))],
  ['bad1bad1', always('400 DeviceTokenNotForTopic', () => refusal('DeviceTokenNotForTopic'))],
  ['bad2bad2', always('400 TopicDisallowed', () => refusal('TopicDisallowed'))],
  ['e403e403', always('403 InvalidProviderToken', () => refusal('InvalidProviderToken'))],
  ['e413e413', always('413 PayloadTooLarge', () => refusal('PayloadTooLarge'))],
  ['e429e429', always('429 TooManyRequests, Retry-After 1', tooManyRequests)],
  ['e500e500', always('500 InternalServerError', () => refusal('InternalServerError'))],
  ['e503e503', always('503 ServiceUnavailable', () => refusal('ServiceUnavailable'))],
  ['f1a1f1a1', unsteady(1)],
  ['f1a2f1a2', unsteady(2)],
  ['f1a3f1a3', unsteady(3)],
  ['51ee51ee', { meaning: `200 after ${SLOW_MS} ms`, outcome: () => ({ ending: ACCEPTED, latencyMs: SLOW_MS }) }],
  ['b1acb1ac', always('never answered (black hole for this device)', () => ({ kind: 'hang' }))],
  [
    '0ff00ff0',
    always('stream reset with REFUSED_STREAM: not processed', () => ({ kind: 'reset', code: 'REFUSED_STREAM' })),
  ],
  [
    'fa11fa11',
    always('stream reset with INTERNAL_ERROR: outcome unknown', () => ({ kind: 'reset', code: 'INTERNAL_ERROR' })),
  ],
  ['c105c105', always('the whole connection is cut', () => ({ kind: 'disconnect' }))],
] satisfies [string, TokenPrefix<Ending>][]);

function unsteady(times: number): TokenPrefix<Ending> {
  return flaky('429 TooManyRequests, Retry-After 1', times, tooManyRequests, ACCEPTED);
}

function tooManyRequests(): Ending {
  return { kind: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: RETRY_AFTER_SECONDS };
}

function unregistered(reason: 'Unregistered' | 'ExpiredToken', timestamp: number): Ending {
  return { kind: 'answer', status: 410, reason, timestamp };
}
