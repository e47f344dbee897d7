import { z } from 'zod';
import { callService } from '../api-client.js';
import { defineCommand, UsageError } from '../command.js';

const accepted = z.looseObject({ id: z.string(), status: z.string() });

export const send = defineCommand({
  words: 'send',
  about: 'Send a notification to a user or to one installation.',
  options: {
    'to-user': { type: 'string', value: '<user id>', about: 'every active device of this user' },
    'to-installation': { type: 'string', value: '<installation id>', about: 'this device only' },
    title: { type: 'string', value: '<text>', about: 'first line' },
    body: { type: 'string', value: '<text>', about: 'the text' },
    data: { type: 'string', multiple: true, value: '<name=value>', about: 'data for the app; may be repeated' },
    'image-url': { type: 'string', value: '<url>', about: 'picture' },
    badge: { type: 'string', value: '<n>', about: 'number on the app icon' },
    sound: { type: 'string', value: '<name>', about: 'sound in the app, or default' },
    priority: { type: 'string', value: 'transactional|bulk', about: 'the lane (the service decides when absent)' },
    ttl: { type: 'string', value: '<seconds>', about: 'how long it is worth delivering' },
    'collapse-key': { type: 'string', value: '<key>', about: 'a newer one with this key replaces it on the device' },
    'idempotency-key': { type: 'string', value: '<key>', about: 'the same key sends once' },
  },
  notes: 'Uses SIGNALBOX_API_KEY, else the demo app of npm start.',
  async run({ settings, options, show, signal }) {
    const content = {
      title: options.title,
      body: options.body,
      data: options.data === undefined ? undefined : pairs(options.data),
      imageUrl: options['image-url'],
      badge: wholeNumber('--badge', options.badge),
      sound: options.sound,
    };
    const delivery = {
      priority: options.priority,
      ttlSeconds: wholeNumber('--ttl', options.ttl),
      collapseKey: options['collapse-key'],
    };
    const someDelivery = Object.values(delivery).some((value) => value !== undefined);
    const key = options['idempotency-key'];
    const answer = await callService(settings.services.push, {
      as: 'app',
      method: 'POST',
      path: '/v1/notifications',
      // JSON.stringify leaves out what is undefined.
      body: {
        to: target(options['to-user'], options['to-installation']),
        content,
        options: someDelivery ? delivery : undefined,
      },
      headers: key === undefined ? {} : { 'idempotency-key': key },
      answer: accepted,
      signal,
    });
    show(answer, ({ id, status }) => `${id}  ${status}\nfollow it: signalbox tail --subject ${id}`);
  },
});

function target(userId: string | undefined, installationId: string | undefined): Record<string, string> {
  if (userId !== undefined && installationId === undefined) return { userId };
  if (installationId !== undefined && userId === undefined) return { installationId };
  throw new UsageError('say who gets it: either --to-user or --to-installation');
}

function pairs(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new UsageError(`--data wants name=value, got "${pair}"`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function wholeNumber(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`${option} wants a whole number, got "${value}"`);
  return Number(value);
}
