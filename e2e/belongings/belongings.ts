import { randomBytes } from 'node:crypto';
import { formatId, parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { TestSandbox } from '@signalbox/testing';
import type { AccessStage, AppOnStage, SignedIn } from '../access-stage.js';
import { type Body, askerWith, idOf } from './asking.js';
import { belongingsAtAuth } from './at-auth.js';
import { belongingsAtEvents } from './at-events.js';
import { type Gateways, belongingsAtPayments } from './at-payments.js';
import { belongingsAtPush, newPhone } from './at-push.js';
import type { Ids, Maker } from './maker.js';

/** An app with one of everything that a route can be about. */
export interface Belongings {
  readonly app: AppOnStage;
  readonly appId: string;
  readonly user: SignedIn;
  readonly publishableKey: string;
  /** A secret key with none of the scopes. */
  readonly powerlessKey: string;
  readonly ids: Ids;
  /** Bodies that a route takes, by its name, where a schema says too little to make one. */
  readonly bodies: Readonly<Record<string, unknown>>;
  readonly gateways: Gateways;
}

const PROVIDERS = ['fcm', 'apns', 'webpush', 'braintree', 'stripe'];

/** Makes an app and what it has, by the routes that its backend and its users call; by SQL only what comes of trouble. */
export async function makeBelongings(
  stage: AccessStage,
  database: Database,
  sandbox: TestSandbox,
): Promise<Belongings> {
  const app = await stage.newApp();
  const appId = formatId('app', app.id);
  const [user] = (await stage.signIn(app)) as [SignedIn];
  const asBackend = askerWith(stage, app.key);
  const asOperator = askerWith(stage, stage.operatorToken);
  const credentials: Record<string, string> = {};
  const issuedTo: Record<string, unknown> = {};
  for (const provider of PROVIDERS) {
    const account = provider === 'stripe' ? `?key=sk_test_${randomBytes(12).toString('hex')}` : '';
    const { accountId: _account, ...issued } = await sandbox.control<Body>(
      'GET',
      `/v1/${provider}/credential${account}`,
    );
    issuedTo[`auth PUT /v1/apps/{id}/credentials/${provider}`] = issued;
    credentials[provider] = idOf(await asBackend('auth', `PUT /v1/apps/${appId}/credentials/${provider}`, issued));
  }
  const maker: Maker = {
    ...{ stage, database, sandbox, app, appId, user, asBackend, asOperator, credentials },
    stripe: issuedTo['auth PUT /v1/apps/{id}/credentials/stripe'] as Maker['stripe'],
    asUser: askerWith(stage, user.token),
  };
  const publishable = await asOperator('auth', 'POST /v1/api-keys', { appId, kind: 'publishable', name: 'phones' });
  const { ids: atPayments, ...gateways } = await belongingsAtPayments(maker);
  const { ids: atPush, deviceId } = await belongingsAtPush(maker);
  const ids = {
    ...(await belongingsAtAuth(maker)),
    ...atPush,
    ...atPayments,
    ...(await belongingsAtEvents(maker)),
  };
  return {
    ...{ app, appId, user, ids, gateways },
    bodies: { ...issuedTo, ...usualBodies(deviceId) },
    publishableKey: publishable['key'] as string,
    powerlessKey: await powerlessKeyOf(maker),
  };
}

function usualBodies(deviceId: string): Readonly<Record<string, unknown>> {
  return {
    'auth POST /v1/me/factors/totp/{id}/confirm': { code: '000000' },
    'push PUT /v1/synthetic-checks/{credentialId}/device': { deviceId },
    'push PATCH /v1/schedules/{id}': { cron: '0 8 1 1 *' },
    // Without a user: whose it is, a user's token says.
    'push PUT /v1/devices/{installationId}': newPhone(),
    'events POST /v1/webhook-endpoints/{id}/recover': { since: new Date(Date.now() - 3_600_000).toISOString() },
  };
}

/** No route makes a key without scopes. */
async function powerlessKeyOf({ asOperator, appId, database }: Maker): Promise<string> {
  const made = await asOperator('auth', 'POST /v1/api-keys', { appId, kind: 'secret', name: 'powerless' });
  await database.query(`UPDATE api_key SET scopes = '{}' WHERE id = $1`, [parseId('key', idOf(made))]);
  return made['key'] as string;
}

/** Fills a path's parameters. @throws Error for one of which there is no example: `belongings/` has to learn it. */
export function fillPath(ids: Ids, service: string, path: string): string {
  return path.replaceAll(/\{\w+\}/g, (parameter, at: number) => {
    const place = `${service} ${path.slice(0, at)}${parameter}`;
    const id = ids[place];
    if (id === undefined) throw new Error(`e2e/belongings has nothing for ${place}`);
    return encodeURIComponent(id);
  });
}
