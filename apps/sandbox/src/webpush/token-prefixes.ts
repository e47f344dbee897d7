import { always, flaky, type TokenPrefix, type TokenPrefixes } from '../scripting/token-prefix.js';
import { ACCEPTED, refusal, type WebPushEnding } from './ending.js';

/** How long a subscription of the prefix `51ee51ee` ("sleep") takes to be answered. */
const SLOW_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;

/** Subscriptions that mean something without any script: the codes of APNs and FCM where there is such an outcome. */
export const TOKEN_PREFIXES: TokenPrefixes<WebPushEnding> = new Map([
  ['deaddead', always('410: the subscription has ended', () => refusal(410))],
  ['e404e404', always('404: there is no such subscription', () => refusal(404))],
  ['bad0bad0', always('400 BadDeviceToken', () => refusal(400, 'BadDeviceToken'))],
  ['bad1bad1', always('403 VapidPkHashMismatch: subscribed with another key', () => mismatch())],
  ['e401e401', always('401', () => refusal(401))],
  ['e403e403', always('403 BadJwtToken: a fault of the sender', () => refusal(403, 'BadJwtToken'))],
  ['e406e406', always('406, Retry-After 1: Windows, when it is too much', () => later(406))],
  ['e413e413', always('413', () => refusal(413))],
  ['e429e429', always('429, Retry-After 1', () => later(429))],
  ['e500e500', always('500', () => refusal(500))],
  ['e503e503', always('503, Retry-After 1', () => later(503))],
  ['f1a1f1a1', unsteady(1)],
  ['f1a2f1a2', unsteady(2)],
  ['f1a3f1a3', unsteady(3)],
  ['51ee51ee', { meaning: `201 after ${SLOW_MS} ms`, outcome: () => ({ ending: ACCEPTED, latencyMs: SLOW_MS }) }],
  ['b1acb1ac', always('never answered (black hole for this subscription)', () => ({ kind: 'hang' }))],
  ['0ff00ff0', always('stream reset with REFUSED_STREAM: not processed', () => reset('REFUSED_STREAM'))],
  ['fa11fa11', always('stream reset with INTERNAL_ERROR: outcome unknown', () => reset('INTERNAL_ERROR'))],
  ['c105c105', always('the whole connection is cut', () => ({ kind: 'disconnect' }))],
] satisfies [string, TokenPrefix<WebPushEnding>][]);

export function mismatch(): WebPushEnding {
  return refusal(403, 'VapidPkHashMismatch');
}

function later(status: number): WebPushEnding {
  return { kind: 'answer', status, retryAfter: RETRY_AFTER_SECONDS };
}

function reset(code: 'REFUSED_STREAM' | 'INTERNAL_ERROR'): WebPushEnding {
  return { kind: 'reset', code };
}

function unsteady(times: number): TokenPrefix<WebPushEnding> {
  return flaky('429, Retry-After 1', times, () => later(429), ACCEPTED);
}
