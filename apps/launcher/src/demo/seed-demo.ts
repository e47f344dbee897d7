import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type HttpCaller, Refused, httpCaller } from './http-caller.js';
import type { Demo, LocalFile } from './local-file.js';
import { type SandboxPhone, registrationOf } from './sandbox-phone.js';

export const DEMO_USER = 'demo-user';
export const DEMO_DEVICES: readonly SandboxPhone[] = [
  { installationId: 'demo-iphone-1', provider: 'apns' },
  { installationId: 'demo-iphone-2', provider: 'apns' },
  { installationId: 'demo-android', provider: 'fcm' },
];

const made = z.object({ id: z.string() });
const madeKey = z.object({ key: z.string() });
const anything = z.unknown();

/**
 * Sees to it that there is a demo app that can send to two sandbox iPhones and an Android phone, through the same public
 * routes that anybody uses. Repeating it changes nothing; what somebody deleted in the meantime is made again.
 *
 * @throws DemoNotMade naming the request that failed.
 */
export async function seedDemo(urls: LocalFile['urls'], operatorToken: string, known: Demo | undefined): Promise<Demo> {
  const auth = httpCaller(urls.auth, operatorToken);
  const app = await keepApp(auth, urls.push, known);
  const sandbox = httpCaller(urls.sandbox);
  const keep = (provider: 'apns' | 'fcm', stored: string): Promise<string> =>
    keepCredential(auth, sandbox, { appId: app.appId, provider, stored });
  const credentialDigest = await keep('apns', app.credentialDigest);
  const fcmCredentialDigest = await keep('fcm', app.fcmCredentialDigest);
  const push = httpCaller(urls.push, app.secretKey);
  for (const device of DEMO_DEVICES) {
    await push.send('PUT', `/v1/devices/${device.installationId}`, registrationOf(device, DEMO_USER), anything);
  }
  return { ...app, credentialDigest, fcmCredentialDigest };
}

/** The app of the last start if it still exists and its key still works, else a new one. */
async function keepApp(auth: HttpCaller, pushUrl: string, known: Demo | undefined): Promise<Demo> {
  if (known) {
    const found = await auth.get(`/v1/apps/${known.appId}`, anything);
    const works = await httpCaller(pushUrl, known.secretKey).get(`/v1/users/${DEMO_USER}/devices`, anything);
    if (!(found instanceof Refused) && !(works instanceof Refused)) return known;
  }
  const { id: appId } = await auth.send('POST', '/v1/apps', { name: 'Demo app', mode: 'test' }, made);
  const makeKey = (kind: string): Promise<{ key: string }> =>
    auth.send('POST', '/v1/api-keys', { kind, appId, name: `Demo ${kind} key` }, madeKey);
  const { key: secretKey } = await makeKey('secret');
  const { key: publishableKey } = await makeKey('publishable');
  return { appId, secretKey, publishableKey, credentialDigest: '', fcmCredentialDigest: '' };
}

interface KeptCredential {
  readonly appId: string;
  readonly provider: 'apns' | 'fcm';
  /** Digest of the one stored before; empty for none. */
  readonly stored: string;
}

/** Stores the sandbox's key of a provider, unless it is the one stored before. @returns its digest. */
async function keepCredential(
  auth: HttpCaller,
  sandbox: HttpCaller,
  { appId, provider, stored }: KeptCredential,
): Promise<string> {
  const credential = await sandbox.get(`/v1/${provider}/credential`, anything);
  const digest = createHash('sha256').update(JSON.stringify(credential)).digest('hex');
  if (digest !== stored) await auth.send('PUT', `/v1/apps/${appId}/credentials/${provider}`, credential, anything);
  return digest;
}
