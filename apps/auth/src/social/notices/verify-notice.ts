import { decodeJwt, jwtVerify } from 'jose';
import type { ProviderCalls } from '../calls/provider-calls.js';
import type { ProviderKeys } from '../calls/provider-keys.js';
import { parseStrictJson } from '../calls/strict-json.js';
import { troubleOfError } from '../calls/trouble-of-error.js';
import { type ProviderTrouble } from '../calls/trouble.js';
import { clientsOf, type SignInProvider } from '../providers/sign-in-provider.js';

/** Older ones are not taken, and newer ones are known when they come again: `provider_notice` remembers for twice as long. */
const MAX_AGE = '30d';
const CLOCK_TOLERANCE = 10;

/** Google's notices have a slash at the end of its name, and its id_tokens have none. */
export function noticeIssuersOf({ metadata }: SignInProvider): string[] {
  return metadata.issuers.flatMap((issuer) => [issuer, `${issuer}/`]);
}

/** Whom of an app's providers of one kind a notice may be from: the one whose client it is for. Nothing of it is proven by that. */
export function addressee(token: string, providers: readonly SignInProvider[]): SignInProvider | undefined {
  try {
    const { aud } = decodeJwt(token);
    return providers.find((provider) => clientsOf(provider).some((client) => [aud].flat().includes(client)));
  } catch {
    return undefined;
  }
}

/** @returns the claims. @throws ProviderTrouble */
export async function verifyNotice(
  token: string,
  provider: SignInProvider,
  { keys, calls }: { readonly keys: ProviderKeys; readonly calls: ProviderCalls },
): Promise<unknown> {
  const context = calls.inBackground(provider.allowPrivate);
  await keys.reach(provider, context, Infinity);
  try {
    const { payload } = await jwtVerify(token, keys.finder(provider, context), {
      issuer: noticeIssuersOf(provider),
      audience: [...clientsOf(provider)],
      algorithms: provider.metadata.signingAlgorithms,
      clockTolerance: CLOCK_TOLERANCE,
      maxTokenAge: MAX_AGE,
      requiredClaims: ['jti', 'iat', 'events'],
    });
    parseStrictJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return payload;
  } catch (error) {
    throw new NoticeNotProven(troubleOfError(error));
  }
}

/** The notice is at fault, and not the provider. */
export class NoticeNotProven extends Error {
  override readonly name = 'NoticeNotProven';

  constructor(readonly why: ProviderTrouble) {
    super(why.trouble, { cause: why });
  }
}
