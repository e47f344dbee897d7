import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { contextOf } from '../../../engine/client-metadata.js';
import { type Factor, withFactor } from '../../../sign-in/factor.js';
import { NATIVE_PARAMETERS, type NativeSessions, refusal } from '../../../sign-in/native-sessions.js';
import type { PasskeyVerdict } from '../passkey-sign-in.js';
import type { NativePasskeys } from './native-passkeys.js';

export interface PasskeyGrantParts {
  readonly passkeys: NativePasskeys;
  readonly nativeSessions: NativeSessions;
}

const NATIVE_PASSKEY = 'urn:signalbox:native-passkey';

/** What a phone sends besides what every token request has. */
const PARAMETERS = ['challenge_id', 'answer', ...NATIVE_PARAMETERS] as const;
type Parameters = Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>>;

/** The grant by which a phone whose platform has answered with a passkey becomes a session, without a browser. */
export function passkeyGrant(parts: PasskeyGrantParts): { readonly name: string; register(provider: Provider): void } {
  return {
    name: NATIVE_PASSKEY,
    register: (provider) =>
      provider.registerGrantType<Parameters>(NATIVE_PASSKEY, (context) => answer(parts, context), PARAMETERS),
  };
}

async function answer(
  { passkeys, nativeSessions }: PasskeyGrantParts,
  context: TokenEndpointGrantContext<Parameters>,
): Promise<void> {
  const { params, client } = context.oidc;
  const { challenge_id: challengeId, answer: answered } = params;
  if (challengeId === undefined || answered === undefined) {
    throw new errors.InvalidRequest('challenge_id and answer are required');
  }
  const of = { appId: contextOf(client).appId, clientId: client.clientId };
  const begunAt = new Date();
  const factor = passed(await passkeys.finish(of, challengeId, parsed(answered)));
  await nativeSessions.answer(context, { userId: factor.userId, amr: withFactor([], factor), begunAt });
}

/** Of whoever is no user nothing is told that would help to become one. */
function passed(verdict: PasskeyVerdict): Factor {
  if (verdict.end === 'passed') return verdict.factor;
  switch (verdict.why) {
    case 'malformed':
      throw new errors.InvalidRequest('answer is not what a platform answers: send its AuthenticationResponseJSON');
    case 'no_challenge':
      throw refusal('the challenge was answered before, is too old, or was asked for by another client');
    case 'unknown_passkey':
    case 'other_user':
    case 'unacceptable':
    case 'cloned':
      throw refusal('this passkey does not sign in here');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
