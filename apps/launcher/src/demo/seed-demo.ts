import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type HttpCaller, Refused, httpCaller } from './http-caller.js';
import type { Demo, LocalFile } from './local-file.js';
import { type SandboxPhone, registrationOf } from './sandbox-phone.js';
import { keepSignInProviders } from './sign-in-providers.js';
import { keepStripeSource } from './stripe-source.js';

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
 * Sees to it that there is a demo app that can send to two sandbox iPhones and an Android phone, and that hears of what
 * happens at the sandbox's Stripe, through the same public routes that anybody uses. Repeating it changes nothing; what somebody deleted in the meantime is made again.
 *
 * @throws DemoNotMade naming the request that failed.
 */
export async function seedDemo(urls: LocalFile['urls'], operatorToken: string, known: Demo | undefined): Promise<Demo> {
  const auth = httpCaller(urls.auth, operatorToken);
  const app = await keepApp(auth, urls, known);
  const sandbox = httpCaller(urls.sandbox);
  const keep = (provider: KeptCredential['provider'], stored: string): Promise<string> =>
    keepCredential(auth, sandbox, { appId: app.appId, provider, stored });
  const credentialDigest = await keep('apns', app.credentialDigest);
  const fcmCredentialDigest = await keep('fcm', app.fcmCredentialDigest);
  const webPushCredentialDigest = await keep('webpush', app.webPushCredentialDigest ?? '');
  const stripeCredentialDigest = await keep('stripe', app.stripeCredentialDigest);
  const payments = httpCaller(urls.payments, app.secretKey);
  const stripeSource = await keepStripeSource({
    payments,
    sandbox,
    paymentsUrl: urls.payments,
    known: app.stripeSource,
  });
  const push = httpCaller(urls.push, app.secretKey);
  for (const device of DEMO_DEVICES) {
    await push.send('PUT', `/v1/devices/${device.installationId}`, registrationOf(device, DEMO_USER), anything);
  }
  const clientId = await keepClient(auth, app);
  await keepSignInProviders(auth, sandbox, app.appId);
  const digests = { credentialDigest, fcmCredentialDigest, webPushCredentialDigest, stripeCredentialDigest };
  return { ...app, ...digests, stripeSource, clientId };
}

/** Where the demo app's users come back to: a port of their own machine, or the scheme of an app. */
const REDIRECT_URIS = ['http://127.0.0.1/callback', 'com.example.demo:/callback'];

/** The client of the last start if it still exists, else a new one. */
async function keepClient(auth: HttpCaller, { appId, clientId }: Demo): Promise<string> {
  const clients = z.object({ items: z.array(z.object({ id: z.string(), revokedAt: z.string().nullable() })) });
  const found = await auth.get(`/v1/clients?appId=${appId}&limit=100`, clients);
  const isKnown =
    !(found instanceof Refused) && found.items.some(({ id, revokedAt }) => id === clientId && revokedAt === null);
  if (isKnown && clientId !== undefined) return clientId;
  const client = { kind: 'native', appId, name: 'Demo app', redirectUris: REDIRECT_URIS };
  return (await auth.send('POST', '/v1/clients', client, made)).id;
}

/** The app of the last start if it still exists and its key still works, else a new one. */
async function keepApp(auth: HttpCaller, urls: LocalFile['urls'], known: Demo | undefined): Promise<Demo> {
  const makeKey = async (appId: string, kind: string): Promise<string> =>
    (await auth.send('POST', '/v1/api-keys', { kind, appId, name: `Demo ${kind} key` }, madeKey)).key;
  if (known) {
    const found = await auth.get(`/v1/apps/${known.appId}`, anything);
    const works = await httpCaller(urls.push, known.secretKey).get(`/v1/users/${DEMO_USER}/devices`, anything);
    if (!(found instanceof Refused) && !(works instanceof Refused)) {
      const pays = await httpCaller(urls.payments, known.secretKey).get('/v1/stripe-sources?limit=1', anything);
      // A key from before there were payments may not use them.
      return pays instanceof Refused ? { ...known, secretKey: await makeKey(known.appId, 'secret') } : known;
    }
  }
  const { id: appId } = await auth.send('POST', '/v1/apps', { name: 'Demo app', mode: 'test' }, made);
  const secretKey = await makeKey(appId, 'secret');
  const publishableKey = await makeKey(appId, 'publishable');
  return {
    appId,
    secretKey,
    publishableKey,
    credentialDigest: '',
    fcmCredentialDigest: '',
    stripeCredentialDigest: '',
  };
}

interface KeptCredential {
  readonly appId: string;
  readonly provider: 'apns' | 'fcm' | 'webpush' | 'stripe';
  /** Digest of the one stored before; empty for none. */
  readonly stored: string;
}

/** What of the sandbox's answer is the credential. */
const CREDENTIALS = {
  apns: anything,
  fcm: anything,
  webpush: anything,
  stripe: z.object({ secretKey: z.string(), publishableKey: z.string(), endpoint: z.unknown() }),
} as const;

/** Stores the sandbox's key of a provider, unless it is the one stored before. @returns its digest. */
async function keepCredential(
  auth: HttpCaller,
  sandbox: HttpCaller,
  { appId, provider, stored }: KeptCredential,
): Promise<string> {
  const credential = await sandbox.get(`/v1/${provider}/credential`, CREDENTIALS[provider]);
  const digest = createHash('sha256').update(JSON.stringify(credential)).digest('hex');
  if (digest !== stored) await auth.send('PUT', `/v1/apps/${appId}/credentials/${provider}`, credential, anything);
  return digest;
}
