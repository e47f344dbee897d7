import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { ProviderKeys } from '../../identity/provider-keys.js';

const APPLE = 'https://appleid.apple.com';
/** Apple: "must not be greater than 15777000 (6 months in seconds) from the Current UNIX Time on the server". */
const LONGEST_SECONDS = 15_777_000;

/**
 * Whether a `client_secret` is what Apple asks for: an ES256 JWT signed with a key of the team
 * (https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret).
 * `issuer`, the stand-in's own address, is taken for an audience beside Apple's.
 */
export async function isAppleSecret(
  secret: string,
  client: { readonly clientId: string; readonly teamId: string },
  teamKeys: ProviderKeys,
  issuer: string,
): Promise<boolean> {
  try {
    const { kid = '' } = decodeProtectedHeader(secret);
    const key = teamKeys.find(kid);
    if (key?.teamId !== client.teamId) return false;
    const { payload } = await jwtVerify(secret, key.publicKey, {
      algorithms: ['ES256'],
      issuer: client.teamId,
      subject: client.clientId,
      audience: [APPLE, issuer],
      requiredClaims: ['iat', 'exp'],
    });
    return (payload.exp ?? Infinity) - Date.now() / 1000 <= LONGEST_SECONDS;
  } catch {
    return false;
  }
}
