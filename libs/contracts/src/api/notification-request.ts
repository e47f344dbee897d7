import { z } from 'zod';
import { LANES } from '../lanes.js';
import { categoryName } from './category.js';

/** FCM keeps a message at most 28 days, APNs 30: the shorter holds for both. */
const MAX_TTL_SECONDS = 28 * 24 * 3_600;
const DEFAULT_TTL_SECONDS = 24 * 3_600;

/** apns-collapse-id: at most 64 bytes. */
const collapseKey = z
  .string()
  .min(1)
  .refine((key) => Buffer.byteLength(key) <= 64, { error: 'must be at most 64 bytes of UTF-8' });

const userId = z.string().min(1).max(256);
const installationId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, { error: 'must be 1 to 128 of A-Z a-z 0-9 . _ : -' });

/** Exactly one way of naming recipients. */
const recipients = z
  .strictObject({
    userId: userId.optional(),
    userIds: z.array(userId).min(1).max(500).optional(),
    installationId: installationId.optional(),
  })
  .refine((to) => Object.values(to).filter((value) => value !== undefined).length === 1, {
    error: 'must name exactly one of userId, userIds, installationId',
  });

/** Keys that Apple or Google keep for themselves would be dropped or refused by the provider. */
const RESERVED_DATA_KEY = /^(aps|from|message_type|sbx_.*|google\..*|gcm\..*)$/;

const data = z.record(
  z
    .string()
    .min(1)
    .max(128)
    .refine((key) => !RESERVED_DATA_KEY.test(key), {
      error: 'is reserved by a provider (aps, from, message_type, sbx_*, google.*, gcm.*)',
    }),
  z.string(),
);

const content = z
  .strictObject({
    title: z.string().min(1).optional(),
    body: z.string().min(1).optional(),
    data: data.optional(),
    imageUrl: z.httpUrl().max(2_048).optional(),
    badge: z.int().min(0).max(99_999).optional(),
    sound: z.string().min(1).max(64).optional(),
  })
  .refine((value) => value.title !== undefined || value.body !== undefined, {
    error: 'must have a title or a body; silent notifications are not available yet',
  });

const options = z.strictObject({
  /** The caller's own label, kept with the notification and shown in the feed; the app's policy has its rules. */
  category: categoryName.optional(),
  /** `transactional` never waits behind `bulk`, and is sent with the provider's high priority. */
  priority: z.enum(LANES).default('transactional'),
  /** How long a phone that is off may still get it. 0: now or never. */
  ttlSeconds: z.int().min(0).max(MAX_TTL_SECONDS).default(DEFAULT_TTL_SECONDS),
  /** A later notification with the same key replaces this one on the phone. */
  collapseKey: collapseKey.optional(),
});

/** The body of `POST /v1/notifications`, and of every line of a batch. */
export const notificationRequest = z.strictObject({
  to: recipients,
  content,
  options: options.prefault({}),
});
export type NotificationRequest = z.output<typeof notificationRequest>;
/** The same before the defaults are filled in, as a caller writes it. */
export type NotificationRequestInput = z.input<typeof notificationRequest>;
