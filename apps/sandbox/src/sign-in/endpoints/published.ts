import type { Call } from '../api/call.js';
import { json, type Reply } from '../api/reply.js';
import { publicJwk } from '../tokens/signing-keys.js';

const CACHED = { 'cache-control': 'public, max-age=3600' };

/** Under the name that the provider goes by there; its endpoints stay where they are. */
export function discovery({ provider }: Call): Reply {
  const document = provider.dialect.discovery(provider.issuer);
  return json(200, { ...document, issuer: provider.nameIn('discovery') }, CACHED);
}

/** Where Google's security events come from: its name has a slash at the end there, and nowhere else. */
export function riscConfiguration({ provider }: Call): Reply {
  const { dialect, issuer } = provider;
  const delivery = ['https://schemas.openid.net/secevent/risc/delivery-method/push'];
  const keys = `${issuer}${dialect.paths.jwks ?? ''}`;
  return json(200, { issuer: `${issuer}/`, jwks_uri: keys, delivery_methods_supported: delivery }, CACHED);
}

export async function jwks({ provider }: Call): Promise<Reply> {
  return json(200, { keys: (await provider.signingKeys()).map(publicJwk) }, CACHED);
}
