import type { Provider } from '../providers/provider.js';
import type { Parcel } from '../deliver/receiver.js';
import { signedToken } from '../tokens/signed-token.js';
import type { Twists } from '../tokens/twists.js';
import { appleEvent } from './apple-events.js';
import { riscEvent } from './risc-events.js';
import type { SecurityEvent } from './security-event.js';

/** An event, signed for one client, as the provider posts it. */
export async function packed(
  provider: Provider,
  event: SecurityEvent,
  clientId: string,
  twists: Twists,
): Promise<Parcel> {
  const [key] = await provider.signingKeys();
  const { jti, type, sub } = event;
  const issuer = provider.nameIn('tokens');
  if (provider.name === 'apple') {
    const payload = signedToken(key!, undefined, appleEvent(event, issuer, clientId), twists);
    return { jti, type, sub, contentType: 'application/json', body: JSON.stringify({ payload }) };
  }
  // Google's name has a slash at the end here, and in no ID token.
  const claims = riscEvent(event, provider.name === 'google' ? `${issuer}/` : issuer, clientId);
  const body = signedToken(key!, 'secevent+jwt', claims, twists);
  return { jti, type, sub, contentType: 'application/secevent+jwt', body };
}
