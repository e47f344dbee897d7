import { policyFor, readTarget } from '@signalbox/egress';
import { problems } from '@signalbox/http';

/**
 * Refuses a URL that could never be posted to. Names are not looked up here: what they lead to is checked at every
 * delivery, and may be another thing by then.
 *
 * @throws Problem 422 that names the field.
 */
export function checkUrl(url: string, mode: 'live' | 'test', operatorAllowsPrivate: boolean): void {
  const read = readTarget(url, policyFor(mode, operatorAllowsPrivate));
  if ('refused' in read) throw problems.invalid([{ pointer: '/url', reason: read.refused }]);
}
