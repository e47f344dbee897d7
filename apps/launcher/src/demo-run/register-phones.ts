import { Semaphore } from '@signalbox/resilience';
import type { Signalbox } from '@signalbox/server';
import { registrationOf } from '../demo/sandbox-phone.js';
import type { Recipient } from './cast.js';

/** Requests at the same time: enough to keep the service busy. */
const AT_ONCE = 24;

/** Registers every phone of the cast. @returns how many there are. */
export async function registerPhones(signalbox: Signalbox, cast: readonly Recipient[]): Promise<number> {
  const slots = new Semaphore(AT_ONCE);
  const phones = cast.flatMap(({ userId, phones }) => phones.map((phone) => ({ userId, phone })));
  await Promise.all(
    phones.map(({ userId, phone }) =>
      slots.use(() => signalbox.devices.register(phone.installationId, registrationOf(phone, userId))),
    ),
  );
  return phones.length;
}
