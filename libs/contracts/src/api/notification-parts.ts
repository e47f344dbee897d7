import { z } from 'zod';

/** FCM keeps a message at most 28 days, APNs 30: the shorter holds for both. */
const MAX_TTL_SECONDS = 28 * 24 * 3_600;
const DEFAULT_TTL_SECONDS = 24 * 3_600;

/** How long a phone that is off may still get it. 0: now or never. */
export const ttlSeconds = z.int().min(0).max(MAX_TTL_SECONDS).default(DEFAULT_TTL_SECONDS);

/** apns-collapse-id: at most 64 bytes. */
export const collapseKey = z
  .string()
  .min(1)
  .refine((key) => Buffer.byteLength(key) <= 64, { error: 'must be at most 64 bytes of UTF-8' });

/** Keys that Apple or Google keep for themselves would be dropped or refused by the provider. */
const RESERVED_DATA_KEY = /^(aps|from|message_type|sbx_.*|google\..*|gcm\..*)$/;

export const dataKey = z
  .string()
  .min(1)
  .max(128)
  .refine((key) => !RESERVED_DATA_KEY.test(key), {
    error: 'is reserved by a provider (aps, from, message_type, sbx_*, google.*, gcm.*)',
  });

export const imageUrl = z.httpUrl().max(2_048);
export const badge = z.int().min(0).max(99_999);
export const sound = z.string().min(1).max(64);
