import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { writeRevocations } from '@signalbox/access';
import { type DeviceView, formatId, newUuid } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { usePushRoutes } from '../push-routes.harness.js';
import { DevicesModule } from './devices.module.js';

const routes = usePushRoutes((database, envelope, tokens) => [DevicesModule.with(database, envelope, tokens)]);

interface Body extends DeviceView {
  readonly code: string;
}

const user = () => formatId('user', newUuid());
const phone = (userId?: string) => ({
  platform: 'ios',
  target: { kind: 'apns', token: randomBytes(32).toString('hex') },
  environment: 'sandbox',
  bundleId: 'com.example.shop',
  ...(userId !== undefined && { userId }),
});
const put = (token: string, installation: string, body: unknown, userToken?: string) =>
  routes.call<Body>('PUT', `/v1/devices/${installation}`, token, body, userToken);

describe('a phone with the access token of its user', () => {
  it('registers its device for that user, named or not, and for nobody else', async () => {
    const app = await routes.makeApp();
    const ann = user();
    const token = await routes.issuer().userToken(app.id, { userId: ann });
    const unnamed = await put(token, 'p1', phone());
    expect([unnamed.status, unnamed.body.userId]).toEqual([201, ann]);
    expect((await put(token, 'p2', phone(ann))).body.userId).toBe(ann);
    const other = await put(token, 'p3', phone(user()));
    expect([other.status, other.body.code]).toEqual([403, 'user_token_mismatch']);
  });

  it('needs the scope for it', async () => {
    const app = await routes.makeApp();
    const token = await routes.issuer().userToken(app.id, { scope: 'account:manage' });
    const answer = await put(token, 'p', phone());
    expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
  });

  it('removes its own device, and finds no other', async () => {
    const app = await routes.makeApp();
    const [ann, bob] = await Promise.all(
      [user(), user()].map((userId) => routes.issuer().userToken(app.id, { userId })),
    );
    await put(ann!, 'p', phone());
    expect((await routes.call('DELETE', '/v1/devices/p', bob)).status).toBe(404);
    expect((await routes.call('DELETE', '/v1/devices/none', bob)).status).toBe(404);
    expect((await routes.call('DELETE', '/v1/devices/p', ann)).status).toBe(204);
  });

  it('reads no devices: that is for keys', async () => {
    const app = await routes.makeApp();
    const token = await routes.issuer().userToken(app.id);
    const answer = await routes.call<Body>('GET', '/v1/devices/p', token);
    expect([answer.status, answer.body.code]).toEqual([403, 'not_for_users']);
  });

  it('may prove its user beside a publishable key, as long as the session lives', async () => {
    const app = await routes.makeApp();
    const bare = await routes.makeKey(app.id, 'publishable', ['devices:register-own']);
    const [ann, sessionId] = [user(), formatId('session', newUuid())];
    const token = await routes.issuer().userToken(app.id, { userId: ann, sessionId });
    for (const key of [app.publishable, bare]) {
      const proven = await put(key, 'p', phone(ann), token);
      expect([proven.status < 300, proven.body.userId]).toEqual([true, ann]);
    }
    expect((await put(bare, 'p', phone(user()), token)).body.code).toBe('user_token_mismatch');
    const elsewhere = await routes.issuer().userToken((await routes.makeApp()).id, { userId: ann });
    const weak = await routes.issuer().userToken(app.id, { userId: ann, scope: 'openid' });
    for (const bad of [elsewhere, weak]) {
      const answer = await put(bare, 'p', phone(ann), bad);
      expect([answer.status, answer.body.code]).toEqual([403, 'user_token_refused']);
    }
    await writeRevocations(routes.database(), [{ kind: 'sid', value: sessionId }]);
    await eventually(async () =>
      expect((await put(bare, 'p', phone(ann), token)).body.code).toBe('user_token_refused'),
    );
    expect((await put(token, 'p', phone())).status).toBe(401);
  });

  it('a machine with the scope speaks for the backend, as a secret key does', async () => {
    const app = await routes.makeApp();
    const token = await routes.issuer().machineToken(app.id, formatId('client', newUuid()), 'devices:write');
    expect((await put(token, 'p', phone('anybody'))).body.userId).toBe('anybody');
  });
});
