import type { ProblemError } from '@signalbox/contracts';
import type { NotificationContent } from '../providers/push-provider.js';
import { CHANNEL_NAMES, CHANNELS, payloadFor } from './channels.js';
import { sendableOf, type SendingOptions } from './sendable.js';

/** What we and a provider add to the words at most, names of fields and ids included: 500 bytes were seen. */
const MOST_ADDED = 1_000;
const LEAST_LIMIT = Math.min(...CHANNEL_NAMES.map((provider) => CHANNELS[provider].limit));

/** Begins like a key of `data` that some provider keeps for itself; few do. */
const PERHAPS_RESERVED = /^(aps|sbx_|from|message_type|collapse_key|google|gcm)/;

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
  if (surelyFits(content, options)) return [];
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

/**
 * Most messages are so small that nobody has to build them to know it: each provider gets the same words once, escaped as JSON
 * escapes them, in no more than so much around them.
 */
function surelyFits(content: NotificationContent, { collapseKey }: SendingOptions): boolean {
  if (content.data !== undefined && Object.keys(content.data).some((key) => PERHAPS_RESERVED.test(key))) return false;
  return Buffer.byteLength(JSON.stringify([content, collapseKey])) <= LEAST_LIMIT - MOST_ADDED;
}
