import type { ProblemError } from '@signalbox/contracts';
import type { NotificationContent } from '../providers/push-provider.js';
import { CHANNEL_NAMES, CHANNELS, payloadFor } from './channels.js';
import { sendableOf, type SendingOptions } from './sendable.js';

/** How the words are called where they come from. */
interface Source {
  /** JSON pointer of the content. */
  readonly content: string;
  /** JSON pointer of what decides its size. */
  readonly whole: string;
  /** In front of what is wrong with the size. */
  readonly named: string;
}

/**
 * Why a provider would not take this content. Counted as each of them would see it: UTF-8 after JSON escaping, with everything
 * that we add.
 */
export function sizeProblems(content: NotificationContent, options: SendingOptions, source: Source): ProblemError[] {
  const message = sendableOf(content, options);
  for (const provider of CHANNEL_NAMES) {
    const { limit, phone } = CHANNELS[provider];
    const payload = payloadFor(provider, message);
    if ('reason' in payload) return [{ pointer: `${source.content}${payload.pointer}`, reason: payload.reason }];
    if (payload.bytes > limit) {
      const reason = `${source.named}is ${payload.bytes} bytes as ${phone} would get it; at most ${limit} are delivered`;
      return [{ pointer: source.whole, reason }];
    }
  }
  return [];
}
