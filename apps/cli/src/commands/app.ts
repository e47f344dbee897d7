import { z } from 'zod';
import { callService } from '../api-client.js';
import { defineCommand } from '../command.js';
import { facts, table } from '../table.js';
import { appOrDefault } from './which-app.js';

const app = z.looseObject({ id: z.string(), name: z.string(), mode: z.string(), createdAt: z.string() });
const appList = z.looseObject({ items: z.array(app), next: z.string().nullable() });

const describe = (one: z.output<typeof app>): string =>
  facts([
    ['id', one.id],
    ['name', one.name],
    ['mode', one.mode],
    ['created', one.createdAt],
  ]);

export const createApp = defineCommand({
  words: 'app create',
  about: 'Make an app (a mobile app with its own keys, credentials and devices).',
  operands: ['name'],
  options: {
    mode: { type: 'string', value: 'live|test', about: 'test apps may use a sandbox as provider (default: test)' },
  },
  async run({ settings, operands, options, show, signal }) {
    const body = { name: operands[0], mode: options.mode ?? 'test' };
    const request = { as: 'operator', method: 'POST', path: '/v1/apps', body, answer: app, signal } as const;
    show(await callService(settings.services.auth, request), describe);
  },
});

export const listApps = defineCommand({
  words: 'app list',
  about: 'List the apps, oldest first.',
  options: {
    after: { type: 'string', value: '<id>', about: 'begin behind this app (the "next" of the page before)' },
    limit: { type: 'string', value: '<n>', about: 'apps per page' },
  },
  async run({ settings, options, show, signal }) {
    const query = { after: options.after, limit: options.limit };
    const request = { as: 'operator', method: 'GET', path: '/v1/apps', query, answer: appList, signal } as const;
    show(await callService(settings.services.auth, request), ({ items, next }) => {
      const rows = table(
        ['ID', 'NAME', 'MODE', 'CREATED'],
        items.map((one) => [one.id, one.name, one.mode, one.createdAt]),
      );
      return next === null ? rows : `${rows}\n\nmore: signalbox app list --after ${next}`;
    });
  },
});

export const showApp = defineCommand({
  words: 'app show',
  about: 'Show one app.',
  options: { app: { type: 'string', value: '<id>', about: 'the app (default: SIGNALBOX_APP, else the demo app)' } },
  async run({ settings, options, show, signal }) {
    const path = `/v1/apps/${encodeURIComponent(appOrDefault(options.app, settings))}`;
    show(
      await callService(settings.services.auth, { as: 'operator', method: 'GET', path, answer: app, signal }),
      describe,
    );
  },
});
