import { readEmail } from '../../accounts/email-address.js';
import type { IdTokenClaims } from './id-token.js';
import { mayLinkByEmail, type SignInProvider } from '../providers/sign-in-provider.js';

/** Characters of a name, as it is shown. */
const LONGEST_NAME = 100;

/** Who somebody is over there: what a provider has proven. */
export interface ProvenIdentity {
  readonly provider: string;
  /** The pinned one, in its one form. */
  readonly issuer: string;
  readonly subject: string;
  /** Our client that it was proven to. */
  readonly clientId: string;
  readonly email?: string | undefined;
  /** Whether the provider knows the address to be theirs, and is believed. */
  readonly emailVerified: boolean;
  /** A forwarding address that Apple made up for this app: it finds no account, and makes none. */
  readonly isPrivateEmail: boolean;
  readonly name?: string | undefined;
  readonly refreshToken?: string | undefined;
}

const RELAY = /@privaterelay\.appleid\.com$/i;
/**
 * ASCII alone: of other letters some become the same as these when they are compared, and an address that only looks like somebody's
 * must not find their account.
 */
const ASCII = /^[\x21-\x7e]+$/;

/** @param more what came beside the token: a name that Apple says only once, and a refresh token. */
export function provenIdentity(
  provider: SignInProvider,
  clientId: string,
  claims: IdTokenClaims,
  more: { readonly name?: string | undefined; readonly refreshToken?: string | undefined },
): ProvenIdentity {
  const { sub: subject, email: said } = claims;
  const email = said !== undefined && ASCII.test(said) ? readEmail(said)?.address : undefined;
  return {
    provider: provider.name,
    issuer: provider.metadata.issuer,
    subject,
    clientId,
    email,
    emailVerified:
      email !== undefined && claims.email_verified && mayLinkByEmail(provider) && isOwned(provider, email, claims),
    isPrivateEmail: claims.is_private_email || (email !== undefined && RELAY.test(email)),
    name: cleanName(claims.name ?? more.name),
    refreshToken: more.refreshToken,
  };
}

/**
 * Google knows whose an address is now only where it is its own or an organisation's that it serves; any other was shown once, maybe
 * long ago (Google Identity, "verify the ID token": `email_verified` and `hd`).
 */
function isOwned({ config }: SignInProvider, email: string, { hd }: IdTokenClaims): boolean {
  return config.kind !== 'google' || hd !== undefined || /@(?:gmail|googlemail)\.com$/i.test(email);
}

/** Names are shown, so nothing invisible is kept of one; what HTML means is for pages to escape. */
export function cleanName(name: string | undefined): string | undefined {
  const clean = name
    ?.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return clean === undefined || clean === '' ? undefined : [...clean].slice(0, LONGEST_NAME).join('');
}
