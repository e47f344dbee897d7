import { apnsHint, type ApnsRegistration } from '../providers/apns/apns-hint.js';
import { fcmHint } from '../providers/fcm/fcm-hint.js';
import { webPushHint } from '../providers/webpush/webpush-hint.js';
import { providerReason } from './status-reason.js';

/** What has to be known of a device to explain its status. */
export interface DeviceStanding extends ApnsRegistration {
  readonly targetKind: string;
  readonly statusReason: string | null;
  readonly statusBy: string | null;
}

/** What a provider's reason means for this device, and what helps; the sentences are beside each provider's table. */
export function hintOf(reason: string, device: DeviceStanding): string | undefined {
  if (device.targetKind === 'webpush') return webPushHint(reason);
  return device.targetKind === 'apns' ? apnsHint(reason, device) : fcmHint(reason);
}

/** Why a device has its status, in sentences; undefined when there is nothing to say. */
export function standingHint(device: DeviceStanding): string | undefined {
  const { statusReason, statusBy } = device;
  if (statusReason === null) return undefined;
  if (statusBy === 'moved')
    return 'Another installation has registered the same target since, and gets its notifications.';
  if (statusBy === 'caller') return 'It was removed by request. Registering it makes it active again.';
  const hint = hintOf(providerReason(statusReason), device);
  if (statusBy !== 'guard') return hint;
  const held =
    'It is kept because more devices than usual were called gone at once; an operator decides whether they are deleted.';
  return hint === undefined ? held : `${held} ${hint}`;
}
