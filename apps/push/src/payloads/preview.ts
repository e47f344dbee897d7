import type { WordingPreview } from '@signalbox/contracts';
import type { NotificationContent } from '../providers/push-provider.js';
import { CHANNEL_NAMES, CHANNELS, payloadFor } from './channels.js';
import { sendableOf, type SendingOptions } from './sendable.js';

/** What a reader is shown, and what each provider would be handed for it, to the byte. */
export function previewOf(content: NotificationContent, options: SendingOptions): WordingPreview {
  const message = sendableOf(content, options);
  const payloads = CHANNEL_NAMES.flatMap((provider) => {
    const payload = payloadFor(provider, message);
    // A field that a provider keeps for itself was refused when the words were taken on.
    if ('reason' in payload) return [];
    const { json, bytes, headers } = payload;
    const { limit } = CHANNELS[provider];
    const sent = { payload: JSON.parse(json) as Record<string, unknown>, ...(headers && { headers }) };
    return [[provider, { bytes, limit, fits: bytes <= limit, ...sent }] as const];
  });
  return { content, payloads: Object.fromEntries(payloads) };
}
