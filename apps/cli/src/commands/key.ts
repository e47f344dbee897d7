import { z } from 'zod';
import { callService } from '../api-client.js';
import { defineCommand } from '../command.js';
import { facts, table } from '../table.js';
import { appOrDefault } from './which-app.js';

const key = z.looseObject({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  hint: z.string(),
  scopes: z.array(z.string()),
  revokedAt: z.string().nullable(),
});
const newKey = key.extend({ key: z.string(), userTokenSecret: z.string().optional() });
const keyList = z.looseObject({ items: z.array(key), next: z.string().nullable() });

export const createKey = defineCommand({
  words: 'key create',
  about: 'Make an API key. The key is shown once and cannot be read again.',
  operands: ['name'],
  options: {
    app: { type: 'string', value: '<id>', about: 'the app (default: SIGNALBOX_APP, else the demo app)' },
    kind: {
      type: 'string',
      value: 'secret|publishable',
      about: 'publishable keys go into the app on the phone (default: secret)',
    },
    scope: { type: 'string', multiple: true, value: '<scope>', about: 'what it may do; may be repeated' },
  },
  async run({ settings, operands, options, show, signal }) {
    const body = {
      appId: appOrDefault(options.app, settings),
      name: operands[0],
      kind: options.kind ?? 'secret',
      ...(options.scope === undefined ? {} : { scopes: options.scope }),
    };
    const request = { as: 'operator', method: 'POST', path: '/v1/api-keys', body, answer: newKey, signal } as const;
    show(await callService(settings.services.auth, request), (made) =>
      facts([
        ['id', made.id],
        ['key', made.key],
        ...(made.userTokenSecret === undefined ? [] : [['user token secret', made.userTokenSecret] as const]),
        ['scopes', made.scopes.join(' ')],
        ['', 'Keep it now: it is not shown again.'],
      ]),
    );
  },
});

export const listKeys = defineCommand({
  words: 'key list',
  about: 'List the keys of an app (never the keys themselves).',
  options: {
    app: { type: 'string', value: '<id>', about: 'the app (default: SIGNALBOX_APP, else the demo app)' },
    after: { type: 'string', value: '<id>', about: 'begin behind this key' },
    limit: { type: 'string', value: '<n>', about: 'keys per page' },
  },
  async run({ settings, options, show, signal }) {
    const query = { appId: appOrDefault(options.app, settings), after: options.after, limit: options.limit };
    const request = { as: 'operator', method: 'GET', path: '/v1/api-keys', query, answer: keyList, signal } as const;
    show(await callService(settings.services.auth, request), ({ items, next }) => {
      const rows = items.map((one) => [
        one.id,
        one.kind,
        one.name,
        `${one.hint}...`,
        one.revokedAt === null ? 'in use' : 'revoked',
        one.scopes.join(' '),
      ]);
      const shown = table(['ID', 'KIND', 'NAME', 'BEGINS WITH', 'STATE', 'SCOPES'], rows);
      return next === null ? shown : `${shown}\n\nmore: signalbox key list --after ${next}`;
    });
  },
});

export const revokeKey = defineCommand({
  words: 'key revoke',
  about: 'End an API key. It cannot be brought back.',
  operands: ['key id'],
  async run({ settings, operands: [id = ''], show, signal }) {
    const path = `/v1/api-keys/${encodeURIComponent(id)}`;
    await callService(settings.services.auth, { as: 'operator', method: 'DELETE', path, answer: z.unknown(), signal });
    show({ id, revoked: true }, () => `${id} is revoked`);
  },
});
