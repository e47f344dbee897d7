import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { NotificationContent } from '../providers/push-provider.js';
import { CHANNEL_NAMES, CHANNELS, payloadFor } from './channels.js';
import { sendableOf, type SendingOptions } from './sendable.js';
import { sizeProblems } from './size-problems.js';

const SOURCE = { content: '/content', whole: '/content', named: '' };

/** As if every provider's payload were built. */
function isTooMuch(content: NotificationContent, options: SendingOptions): boolean {
  const message = sendableOf(content, options);
  return CHANNEL_NAMES.some((provider) => {
    const payload = payloadFor(provider, message);
    return 'reason' in payload || payload.bytes > CHANNELS[provider].limit;
  });
}

const text = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength });
const contents = fc.record(
  {
    title: text(300),
    body: text(3_600),
    data: fc.dictionary(
      fc.oneof(text(20), fc.constantFrom('aps', 'from', 'google.x', 'sbx_delivery_id', 'fromage', 'collapse_key')),
      text(300),
      { maxKeys: 6 },
    ),
    imageUrl: fc.webUrl(),
    badge: fc.nat(99_999),
    sound: text(30),
  },
  { requiredKeys: ['body'] },
) as fc.Arbitrary<NotificationContent>;
const sending: fc.Arbitrary<SendingOptions> = fc.record({
  priority: fc.constantFrom('transactional', 'bulk'),
  ttlSeconds: fc.integer({ min: 0, max: 2_419_200 }),
  collapseKey: fc.option(text(200), { nil: undefined }),
  silent: fc.option(fc.boolean(), { nil: undefined }),
});

describe('what may be sent', () => {
  it('is the same whether it is weighed or looks small enough', () => {
    fc.assert(
      fc.property(contents, sending, (content, options) => {
        expect(sizeProblems(content, options, SOURCE).length > 0).toBe(isTooMuch(content, options));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same around the size at which it is weighed', () => {
    const options = { priority: 'transactional', ttlSeconds: 60, collapseKey: 'k'.repeat(64) } as const;
    for (let length = 2_700; length < 4_100; length += 1) {
      const content = { title: 'é'.repeat(20), body: 'x'.repeat(length), badge: 1, sound: 'default' };
      expect(sizeProblems(content, options, SOURCE).length > 0).toBe(isTooMuch(content, options));
    }
  });
});
