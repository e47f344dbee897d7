import { z } from 'zod';
import { pageOf, pageQuery } from './page.js';
import { isLocale, isTimeZone } from './places-and-languages.js';
import { webPushSubscription } from './web-push.js';

const installationId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, { error: 'must be 1 to 128 of A-Z a-z 0-9 . _ : -' });
const userId = z.string().min(1).max(256);

/** Apple documents no length; 64 characters are common, longer ones exist. Case means nothing in hexadecimal. */
const apnsToken = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2}){32,100}$/, {
    error: 'must be the device token as 64 to 200 hexadecimal digits, an even number',
  })
  .transform((token) => token.toLowerCase());

/** FCM documents neither form nor length. */
const fcmToken = z.string().regex(/^[A-Za-z0-9_:.-]{20,4096}$/, { error: 'must be an FCM token or installation id' });

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('apns'), token: apnsToken }),
  z.strictObject({ kind: z.literal('fcm_token'), token: fcmToken }),
  z.strictObject({ kind: z.literal('fid'), token: fcmToken }),
  webPushSubscription,
]);

/** The body of `PUT /v1/devices/{installationId}`. A PUT replaces: what it leaves out is gone, the user included. */
export const deviceRegistration = z
  .strictObject({
    userId: userId.optional(),
    platform: z.enum(['ios', 'android', 'web']),
    target,
    environment: z
      .enum(['sandbox', 'production'])
      .optional()
      .meta({ description: 'required for apns: which of its two worlds the token belongs to' }),
    bundleId: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,155}$/, { error: 'must be a bundle id such as com.example.app' })
      .optional()
      .meta({ description: 'required for apns' }),
    locale: z.string().max(64).refine(isLocale, { error: 'must be a BCP 47 language tag such as de-CH' }).optional(),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Zurich' })
      .optional(),
    appVersion: z.string().min(1).max(64).optional(),
  })
  .superRefine((device, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (device.target.kind === 'webpush' && device.platform !== 'web')
      refuse('platform', 'must be web: a webpush target is a browser');
    if (device.target.kind !== 'apns') return;
    if (device.platform !== 'ios') refuse('platform', 'must be ios: only iOS devices have an apns target');
    if (device.environment === undefined) refuse('environment', 'is required for an apns target');
    if (device.bundleId === undefined) refuse('bundleId', 'is required for an apns target');
  });
export type DeviceRegistration = z.output<typeof deviceRegistration>;
export type DeviceRegistrationInput = z.input<typeof deviceRegistration>;

export const deviceParams = z.strictObject({ installationId });
export const userParams = z.strictObject({ userId });
export const userDevicesQuery = pageQuery.extend({
  status: z
    .enum(['active', 'suspect', 'deleted', 'all'])
    .default('active')
    .meta({ description: 'suspect: a provider refused its token, so it gets nothing for now' }),
});
export type UserDevicesQuery = z.output<typeof userDevicesQuery>;
export type DeviceStatusFilter = UserDevicesQuery['status'];

/** A device as it may be shown: whoever has the whole target could address the phone. */
export const deviceView = z.object({
  id: z.string(),
  installationId: z.string(),
  userId: z.string().nullable(),
  sessionId: z
    .string()
    .nullable()
    .meta({ description: 'the session that registered it: it is its user’s until that ends' }),
  platform: z.string(),
  target: z.object({ kind: z.string(), endsWith: z.string().meta({ description: 'the last 8 characters' }) }),
  environment: z.string(),
  bundleId: z.string().nullable(),
  locale: z.string().nullable(),
  timeZone: z.string().nullable(),
  appVersion: z.string().nullable(),
  status: z.string().meta({ description: '`active`, `suspect` or `deleted`' }),
  statusReason: z.string().optional().meta({ description: 'why it is not active' }),
  statusBy: z.string().optional().meta({
    description:
      'who ended it: `provider`; `guard`, which holds what a provider called gone; `caller`; `moved`, another installation has its target',
  }),
  statusAt: z.iso.datetime().optional().meta({ description: 'since when it has its status' }),
  signedOutAt: z.iso
    .datetime()
    .optional()
    .meta({ description: 'when the session ended that had registered it; it is nobody’s since' }),
  hint: z.string().optional().meta({ description: 'what the reason means, and what helps' }),
  registeredAt: z.iso.datetime().meta({ description: 'when this target was registered' }),
  lastSeenAt: z.iso.datetime(),
});
export type DeviceView = z.output<typeof deviceView>;
export const devicePage = pageOf(deviceView);
