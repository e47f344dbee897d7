import { always, flaky, type TokenPrefix, type TokenPrefixes } from '../scripting/token-prefix.js';
import { ACCEPTED, type FcmEnding, type Refusal } from './ending.js';

/** How long a device of the prefix `51ee` ("sleep") takes to be answered. */
const SLOW_MS = 2000;
const RETRY_AFTER_SECONDS = 1;

/**
 * Tokens and installation ids that mean something without any script: a code of four hexadecimal digits written twice,
 * the same ones as for APNs where both providers have such an outcome.
 */
export const TOKEN_PREFIXES: TokenPrefixes<FcmEnding> = new Map([
  ['deaddead', answers('404 UNREGISTERED', { status: 404, errorCode: 'UNREGISTERED' })],
  ['e404e404', answers('404 NOT_FOUND without details: a wrong project or address, no dead device', { status: 404 })],
  [
    'bad0bad0',
    answers('400 INVALID_ARGUMENT: not a valid registration token', { status: 400, errorCode: 'INVALID_ARGUMENT' }),
  ],
  ['bad1bad1', answers('403 SENDER_ID_MISMATCH', { status: 403, errorCode: 'SENDER_ID_MISMATCH' })],
  ['bad2bad2', answers('400 with a field violation of message.data[0].value, no FcmError', payloadFault())],
  ['bad3bad3', answers('400 with a field violation of message.token', tokenFault())],
  [
    'e401e401',
    answers('401 THIRD_PARTY_AUTH_ERROR: the APNs key in Firebase is bad', {
      status: 401,
      errorCode: 'THIRD_PARTY_AUTH_ERROR',
    }),
  ],
  ['a401a401', answers('401 UNAUTHENTICATED without details', { status: 401 })],
  ['e403e403', answers('403 PERMISSION_DENIED without details: the account may not send', { status: 403 })],
  ['e429e429', always('429 QUOTA_EXCEEDED of the device, Retry-After 1', () => quotaExceeded('device'))],
  ['a429a429', always('429 QUOTA_EXCEEDED of the project, Retry-After 1', () => quotaExceeded('project'))],
  ['e500e500', answers('500 INTERNAL', { status: 500, errorCode: 'INTERNAL' })],
  ['a500a500', answers('500 UNSPECIFIED_ERROR', { status: 500, errorCode: 'UNSPECIFIED_ERROR' })],
  ['e502e502', answers('502 with an HTML page', { status: 502, html: true })],
  ['e503e503', always('503 UNAVAILABLE, Retry-After 1', unavailable)],
  ['f1a1f1a1', unsteady(1)],
  ['f1a2f1a2', unsteady(2)],
  ['f1a3f1a3', unsteady(3)],
  ['51ee51ee', { meaning: `200 after ${SLOW_MS} ms`, outcome: () => ({ ending: ACCEPTED, latencyMs: SLOW_MS }) }],
  ['b1acb1ac', always('never answered (black hole for this device)', () => ({ kind: 'hang' }))],
  [
    '0ff00ff0',
    always('HTTP/2: stream reset with REFUSED_STREAM, not processed; HTTP/1.1: connection reset', () => ({
      kind: 'reset',
      code: 'REFUSED_STREAM',
    })),
  ],
  [
    'fa11fa11',
    always('HTTP/2: stream reset with INTERNAL_ERROR, outcome unknown; HTTP/1.1: connection reset', () => ({
      kind: 'reset',
      code: 'INTERNAL_ERROR',
    })),
  ],
  ['c105c105', always('the whole connection is cut', () => ({ kind: 'disconnect' }))],
] satisfies [string, TokenPrefix<FcmEnding>][]);

function answers(meaning: string, refusal: Omit<Refusal, 'kind'>): TokenPrefix<FcmEnding> {
  return always(meaning, () => ({ kind: 'answer', ...refusal }));
}

function unsteady(times: number): TokenPrefix<FcmEnding> {
  return flaky('503 UNAVAILABLE, Retry-After 1', times, unavailable, ACCEPTED);
}

function unavailable(): FcmEnding {
  return { kind: 'answer', status: 503, errorCode: 'UNAVAILABLE', retryAfter: RETRY_AFTER_SECONDS };
}

function quotaExceeded(quota: 'device' | 'project'): FcmEnding {
  const message = quota === 'project' ? 'Message rate exceeded: the quota of this project is used up.' : undefined;
  return { kind: 'answer', status: 429, errorCode: 'QUOTA_EXCEEDED', quota, message, retryAfter: RETRY_AFTER_SECONDS };
}

function payloadFault(): Omit<Refusal, 'kind'> {
  const description = "Invalid value at 'message.data[0].value' (TYPE_STRING), 1";
  return { status: 400, message: description, fieldViolations: [{ field: 'message.data[0].value', description }] };
}

function tokenFault(): Omit<Refusal, 'kind'> {
  const fieldViolations = [{ field: 'message.token', description: 'Invalid registration token' }];
  return { status: 400, errorCode: 'INVALID_ARGUMENT', message: 'Invalid registration token', fieldViolations };
}
