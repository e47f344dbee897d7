import type { System } from '../system/system.ts';

type ProviderName = 'apns' | 'fcm';

const NEW_CREDENTIAL = { apns: '/v1/apns/keys', fcm: '/v1/fcm/accounts' } as const satisfies Record<
  ProviderName,
  string
>;

/** An app with credentials of its own that the sandbox knows. @returns its secret key. */
export async function createApp(system: System, name: string, providers: readonly ProviderName[]): Promise<string> {
  const { urls, operatorToken } = system;
  const app = await ask('POST', `${urls.auth}/v1/apps`, operatorToken, { name, mode: 'test' });
  const { key } = await ask('POST', `${urls.auth}/v1/api-keys`, operatorToken, { appId: app.id, kind: 'secret', name });
  for (const provider of providers) {
    const credential = await ask('POST', `${urls.control}${NEW_CREDENTIAL[provider]}`, '', {});
    await ask('PUT', `${urls.auth}/v1/apps/${app.id}/credentials/${provider}`, operatorToken, credential);
  }
  return key;
}

export async function registerIphone({ urls }: System, key: string, userId: string, token: string): Promise<void> {
  await ask('PUT', `${urls.api}/v1/devices/${userId}`, key, {
    userId,
    platform: 'ios',
    target: { kind: 'apns', token },
    environment: 'sandbox',
    bundleId: 'com.example.app',
  });
}

export async function registerAndroid({ urls }: System, key: string, userId: string): Promise<void> {
  await ask('PUT', `${urls.api}/v1/devices/${userId}`, key, {
    userId,
    platform: 'android',
    target: { kind: 'fcm_token', token: `${userId}:APA91b-${'A'.repeat(120)}` },
  });
}

/** @throws when it is refused: without its apps a run measures nothing. */
async function ask(method: string, url: string, key: string, body: object): Promise<{ id: string; key: string }> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as { id: string; key: string };
}
