import type { DeviceRegistration } from '@signalbox/contracts';
import { readTarget } from '@signalbox/egress';
import { type Principal, problems } from '@signalbox/http';

/**
 * Any URL may be registered as a push service, so it must not lead into our own network. Where its name leads is looked at again
 * whenever something is sent there. Only a test app has push services on a private address: the sandbox of its credential.
 *
 * @throws Problem 422.
 */
export function refuseEndpoint(target: DeviceRegistration['target'], caller: Principal): void {
  if (target.kind !== 'webpush') return;
  const isTest = caller.kind !== 'operator' && caller.mode === 'test';
  const read = readTarget(target.endpoint, { allowPrivate: isTest });
  if ('refused' in read) throw problems.invalid([{ pointer: '/target/endpoint', reason: read.refused }]);
}
