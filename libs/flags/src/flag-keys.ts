/** Every flag that there is: what happens while it is on, which each of them is unless somebody says otherwise. */
export const FLAG_KEYS = ['push.apns', 'push.fcm', 'push.webpush', 'webhooks.post', 'broadcasts.accept'] as const;
export type FlagKey = (typeof FLAG_KEYS)[number];

/** From where a flag is set. */
export type FlagSource = 'environment' | 'file';
