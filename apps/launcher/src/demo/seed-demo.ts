import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type HttpCaller, Refused, httpCaller } from './http-caller.js';
import type { Demo, LocalFile } from './local-file.js';

export const DEMO_USER = 'demo-user';
const DEMO_BUNDLE = 'com.example.signalbox-demo';
const DEMO_DEVICES = ['demo-iphone-1', 'demo-iphone-2'] as const;

const made = z.object({ id: z.string() });
const madeKey = z.object({ key: z.string() });
const anything = z.unknown();

/**
 * Sees to it that there is a demo app that can send to two sandbox iPhones, through the same public routes that anybody
 * uses. Repeating it changes nothing; what somebody deleted in the meantime is made again.
 *
 * @throws DemoNotMade naming the request that failed.
 */
export async function seedDemo(urls: LocalFile['urls'], operatorToken: string, known: Demo | undefined): Promise<Demo> {
  const auth = httpCaller(urls.auth, operatorToken);
  const app = await keepApp(auth, urls.push, known);
  const credentialDigest = await keepCredential(auth, httpCaller(urls.sandbox), app);
  const push = httpCaller(urls.push, app.secretKey);
  for (const device of DEMO_DEVICES) await registerDevice(push, device);
  return { ...app, credentialDigest };
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
  return { appId, secretKey, publishableKey, credentialDigest: '' };
}

/** Stores the sandbox's APNs key, unless it is the one stored before. @returns its digest. */
async function keepCredential(auth: HttpCaller, sandbox: HttpCaller, app: Demo): Promise<string> {
  const credential = await sandbox.get('/v1/apns/credential', anything);
  const digest = createHash('sha256').update(JSON.stringify(credential)).digest('hex');
  if (digest !== app.credentialDigest)
    await auth.send('PUT', `/v1/apps/${app.appId}/credentials/apns`, credential, anything);
  return digest;
}

async function registerDevice(push: HttpCaller, installationId: string): Promise<void> {
  const token = createHash('sha256').update(`signalbox ${installationId}`).digest('hex');
  const device = {
    userId: DEMO_USER,
    platform: 'ios',
    target: { kind: 'apns', token },
    environment: 'sandbox',
    bundleId: DEMO_BUNDLE,
  };
  await push.send('PUT', `/v1/devices/${installationId}`, device, anything);
}
