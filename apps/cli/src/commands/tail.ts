import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { callService, ServiceUnreachable } from '../api-client.js';
import { defineCommand, type Context } from '../command.js';

const event = z.looseObject({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  data: z.record(z.string(), z.unknown()),
});
type Event = z.output<typeof event>;
const feedPage = z.looseObject({ events: z.array(event), next: z.string(), caughtUp: z.boolean() });
type FeedPage = z.output<typeof feedPage>;

/** Milliseconds between two looks at a feed that had nothing more, and at a service that is away. */
const IDLE = 500;
const AWAY = 2_000;

export const tail = defineCommand({
  words: 'tail',
  about: 'Follow the events as they happen, until Ctrl-C.',
  options: {
    subject: { type: 'string', value: '<id>', about: 'only about this thing, from its beginning, e.g. ntf_...' },
    type: { type: 'string', value: '<type>', about: 'only of this type, e.g. delivery.sent' },
    after: { type: 'string', value: '<cursor>', about: 'begin behind this cursor' },
    'from-start': { type: 'boolean', about: 'begin with the oldest event instead of now' },
    once: { type: 'boolean', about: 'stop when there is nothing more, instead of waiting' },
  },
  notes: 'Shows the app of SIGNALBOX_API_KEY, else the demo app of npm start. With --json: one event a line.',
  async run({ options, print, json, ...context }) {
    const fromStart = options['from-start'] === true || options.subject !== undefined;
    let after = options.after ?? (fromStart ? undefined : 'now');
    while (!context.signal.aborted) {
      const page = await nextPage(context, { after, subject: options.subject, type: options.type, limit: '100' });
      if (page === undefined) continue;
      for (const one of page.events) print(json ? JSON.stringify(one) : line(one));
      after = page.next;
      if (page.caughtUp && options.once === true) return;
      if (page.caughtUp) await pause(IDLE, context.signal);
    }
  },
});

/** One page, or `undefined` after a wait when the service is away: it may be restarting, and the cursor loses nothing. */
async function nextPage(
  { settings, signal, warn }: Pick<Context, 'settings' | 'signal' | 'warn'>,
  query: Readonly<Record<string, string | undefined>>,
): Promise<FeedPage | undefined> {
  try {
    return await callService(settings.services.events, {
      as: 'app',
      method: 'GET',
      path: '/v1/events',
      query,
      answer: feedPage,
      signal,
    });
  } catch (error) {
    // Without a first answer the address is more likely wrong than the service away.
    if (!(error instanceof ServiceUnreachable) || query['after'] === undefined || query['after'] === 'now') throw error;
    if (!signal.aborted) warn(`${error.message} Trying again.`);
    await pause(AWAY, signal);
    return undefined;
  }
}

const line = ({ time, type, subject, data }: Event): string =>
  `${time}  ${type.padEnd(22)}  ${subject}  ${JSON.stringify(data)}`;

/** Waits, but not longer than the user. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
