import type { ApnsAnswer } from '../providers/apns/apns-answer.js';
import type { Verdict } from './verdict.js';

/** Reasons by which Apple does not take the key; every other one comes after it did. */
const KEY_REFUSED: Readonly<Record<string, string>> = {
  InvalidProviderToken: 'key id, team id and key do not belong together, or the key was revoked at Apple',
  MissingProviderToken: 'key id, team id and key do not belong together',
  ExpiredProviderToken: "set the clock of the database's machine: provider tokens are dated by it",
  BadCertificate: 'put the .p8 key of an account that may send',
  BadCertificateEnvironment: 'the key is of the other environment',
  BadEnvironmentKeyInToken: 'the key may not send in this environment: make one at Apple that may',
  BadEnvironmentKeyIdInToken: 'the key may not send in this environment: make one at Apple that may',
  UnrelatedKeyIdInToken: 'the key is of another team than the connection was opened with',
  Forbidden: 'the key was probably revoked at Apple',
};

/** The key is good, and not for this bundle id. */
const TOPIC_REFUSED: ReadonlySet<string> = new Set(['TopicDisallowed', 'BadTopic', 'MissingTopic']);

/** Apple calls the device bad that there cannot be: it took key, team and bundle id before. `guessed`: the bundle id is made up. */
export function judgeApns(answer: ApnsAnswer, guessed: boolean): Verdict {
  if (answer.kind !== 'answered') return { verdict: 'unreachable', said: `no answer (${answer.code})` };
  const reason = answer.reason ?? `status ${answer.status}`;
  const said = `${answer.status} ${reason}`;
  const remedy = KEY_REFUSED[reason];
  if (remedy !== undefined) return { verdict: 'refused', said, remedy };
  if (TOPIC_REFUSED.has(reason)) {
    if (guessed) return { verdict: 'works', said: `${said}: the key is taken; no device says for which bundle id` };
    return {
      verdict: 'refused',
      said,
      remedy: 'the key is good, and its team has no such app: compare team and bundle id',
    };
  }
  if (answer.status === 429 || answer.status >= 500) return { verdict: 'unreachable', said: `${said}: Apple is busy` };
  if (reason === 'BadDeviceToken') {
    return {
      verdict: 'works',
      said: `${said}, as it has to be: ${guessed ? 'the key is taken; no device says for which bundle id' : 'key, team and bundle id are taken'}`,
    };
  }
  return {
    verdict: 'limited',
    said,
    remedy: 'Apple took the key and answered otherwise than expected; see what the reason means',
  };
}
