import type { Call } from '../api/call.js';
import { isAppleSecret } from '../clients/apple-secret.js';
import type { Client } from '../clients/client.js';
import { Refused } from './refused.js';

/** The client that a request to the token endpoint comes from. @throws Refused */
export async function authenticated(call: Call): Promise<Client> {
  const { provider, params, teamKeys } = call;
  const { clientId, clientSecret } = credentialsOf(call);
  const client = provider.clients.find(clientId);
  if (!client) throw new Refused('unknown-client');
  if (await proves(client)) return client;
  throw new Refused('bad-secret');

  function proves(one: Client): boolean | Promise<boolean> {
    switch (one.kind) {
      case 'web':
        return clientSecret === one.clientSecret;
      case 'bundle':
      case 'services':
        // Apple takes it from the form only.
        return isAppleSecret(params.get('client_secret') ?? '', one, teamKeys, provider.issuer);
      case 'native':
        return false;
    }
  }
}

/** From the form, or from HTTP Basic (RFC 6749, 2.3.1: both halves are form-encoded before). */
export function credentialsOf({ params, authorization = '' }: Pick<Call, 'authorization' | 'params'>): {
  clientId: string;
  clientSecret: string;
} {
  const encoded = /^Basic (.+)$/i.exec(authorization)?.[1];
  if (encoded === undefined)
    return { clientId: params.get('client_id') ?? '', clientSecret: params.get('client_secret') ?? '' };
  const [clientId = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { clientId: formDecoded(clientId), clientSecret: formDecoded(rest.join(':')) };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`value=${text}`).get('value') ?? '';
}
