import { z } from 'zod';
import { callService } from '../api-client.js';
import { defineCommand, UsageError } from '../command.js';
import type { Settings } from '../config.js';
import { facts, table } from '../table.js';

const operator = z.looseObject({ userId: z.string(), email: z.string().nullable(), role: z.string() });
const operatorList = z.looseObject({ operators: z.array(operator) });
const granted = operator.extend({ passwordLink: z.string().optional() });

const app = {
  app: { type: 'string', value: '<id>', about: 'the app whose users operators are (default: that of npm start)' },
} as const;

export const grantOperator = defineCommand({
  words: 'operators grant',
  about: 'Let somebody use the console as viewer, operator or admin. An account is made where there is none.',
  operands: ['email', 'role'],
  options: app,
  async run({ settings, operands: [email, role], options, show, signal }) {
    const body = { appId: operatorsApp(options.app, settings), email, role };
    const request = { as: 'operator', method: 'PUT', path: '/v1/operators', body, answer: granted, signal } as const;
    show(await callService(settings.services.auth, request), ({ userId, passwordLink, ...made }) =>
      facts([
        ['user', userId],
        ['role', made.role],
        ...(passwordLink === undefined
          ? []
          : ([
              ['password', passwordLink],
              ['', 'There the account gets its password: give it to its owner. Good once, for half an hour.'],
            ] as const)),
      ]),
    );
  },
});

export const listOperators = defineCommand({
  words: 'operators list',
  about: 'List who may use the console.',
  options: app,
  async run({ settings, options, show, signal }) {
    const { operators } = await operatorsOf(operatorsApp(options.app, settings), settings, signal);
    show({ operators }, () =>
      table(
        ['USER', 'ADDRESS', 'ROLE'],
        operators.map(({ userId, email, role }) => [userId, email ?? '', role]),
      ),
    );
  },
});

export const removeOperator = defineCommand({
  words: 'operators remove',
  about: 'Take the role from somebody: the console refuses them at once. The account stays.',
  operands: ['email or user id'],
  options: app,
  async run({ settings, operands: [who = ''], options, show, signal }) {
    const { operators } = await operatorsOf(operatorsApp(options.app, settings), settings, signal);
    const found = operators.find(({ userId, email }) => userId === who || email?.toLowerCase() === who.toLowerCase());
    if (found === undefined) throw new UsageError(`${who} has no role; see: signalbox operators list`);
    const path = `/v1/operators/${found.userId}`;
    await callService(settings.services.auth, { as: 'operator', method: 'DELETE', path, answer: z.unknown(), signal });
    show({ userId: found.userId, removed: true }, () => `${who} may use the console no longer`);
  },
});

function operatorsOf(appId: string, settings: Settings, signal: AbortSignal): Promise<z.output<typeof operatorList>> {
  const request = { as: 'operator', method: 'GET', path: '/v1/operators', query: { appId }, signal } as const;
  return callService(settings.services.auth, { ...request, answer: operatorList });
}

function operatorsApp(named: string | undefined, settings: Settings): string {
  const appId = named ?? settings.operatorsAppId;
  if (appId === undefined) throw new UsageError('no app named: give --app <id>, the app that OPERATOR_CLIENT_ID is of');
  return appId;
}
