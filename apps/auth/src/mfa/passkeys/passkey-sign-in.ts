import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Factor } from '../../sign-in/factor.js';
import type { SettingsOf } from '../settings-of.js';
import { CHALLENGE_SECONDS, type Challenges } from './challenges.js';
import { type PasskeyAnswer, passkeyAnswer } from './passkey-answers.js';
import type { PasskeyDescriptor } from './passkeys.js';
import { CREDENTIALS_OF, PASSKEY_BY_CREDENTIAL, USE_PASSKEY } from './passkey.queries.js';
import { relyingParty } from './relying-party.js';
import { userHandle } from './user-handle.js';
import { verifySignature } from './verify-answer.js';

/** One attempt to sign in. `binding`: what only this visitor comes back with, such as the id of the interaction. */
interface PasskeyAttempt {
  readonly appId: Uuid;
  readonly binding: string;
}

export type PasskeyVerdict =
  | { readonly end: 'passed'; readonly factor: Factor }
  /** `why` is for the log; whoever sits there is told one and the same. */
  | { readonly end: 'refused'; readonly why: PasskeyRefusal };

export type PasskeyRefusal =
  | 'malformed'
  /** Not asked for, answered before, or too long ago. */
  | 'no_challenge'
  | 'unknown_passkey'
  /** A passkey of somebody else than who gave the password. */
  | 'other_user'
  /** Another origin or relying party, nobody verified, or a signature that is none. */
  | 'unacceptable'
  /** The signature is good and its count was seen before: there are two of this key. */
  | 'cloned';

/** Proof by passkey: instead of a password, or beside it. */
export class PasskeySignIn {
  constructor(
    private readonly database: Database,
    private readonly challenges: Challenges,
    private readonly settingsOf: SettingsOf,
    private readonly issuer: string,
  ) {}

  /** What the platform is asked. @param userId who gave a first factor; without one the platform shows what passkeys there are. */
  async begin(attempt: PasskeyAttempt, userId?: Uuid): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const party = relyingParty(this.issuer, await this.settingsOf(attempt.appId));
    const challenge = await this.challenges.issue({ purpose: 'sign_in', ...attempt, userId });
    return generateAuthenticationOptions({
      rpID: party.id,
      challenge,
      timeout: CHALLENGE_SECONDS * 1_000,
      userVerification: 'required',
      ...(userId === undefined ? {} : { allowCredentials: await this.credentialsOf(userId) }),
    });
  }

  /** @param answered what the platform answered, as JSON; anything at all may be in it. */
  async finish({ appId, binding }: PasskeyAttempt, answered: unknown): Promise<PasskeyVerdict> {
    const party = relyingParty(this.issuer, await this.settingsOf(appId));
    // Taken first: whatever is wrong with the answer, there is no second one.
    const asked = await this.challenges.take({ purpose: 'sign_in', binding, appId });
    if (asked === undefined) return refused('no_challenge');
    const { success, data: answer } = passkeyAnswer.safeParse(answered);
    if (!success) return refused('malformed');
    const passkey = await this.find(appId, answer);
    if (passkey === undefined) return refused('unknown_passkey');
    if (!belongs(answer, passkey.userId, asked.userId)) return refused('other_user');
    const signed = await verifySignature(answer, asked.challenge, party, passkey.publicKey);
    if (signed === undefined) return refused('unacceptable');
    const used = await this.database.query(USE_PASSKEY, [passkey.id, signed.count, signed.synced]);
    if (used.rowCount === 0) return refused('cloned');
    return { end: 'passed', factor: { method: 'hwk', userId: passkey.userId, strength: 2 } };
  }

  private async credentialsOf(userId: Uuid): Promise<{ id: string; transports: string[] }[]> {
    const { rows } = await this.database.query<PasskeyDescriptor>(CREDENTIALS_OF, [userId]);
    return rows.map(({ credentialId, transports }) => ({ id: credentialId.toString('base64url'), transports }));
  }

  private async find(appId: Uuid, { id }: PasskeyAnswer): Promise<KnownPasskey | undefined> {
    const params = [appId, Buffer.from(id, 'base64url')];
    return (await this.database.query<KnownPasskey>(PASSKEY_BY_CREDENTIAL, params)).rows[0];
  }
}

interface KnownPasskey {
  readonly id: Uuid;
  readonly userId: Uuid;
  readonly publicKey: Buffer;
}

/** WebAuthn section 7.2, step 6: the handle names the owner, and where nobody is known yet it has to be there. */
function belongs({ response }: PasskeyAnswer, owner: Uuid, known: Uuid | undefined): boolean {
  const handle = response.userHandle;
  if (known !== undefined && known !== owner) return false;
  return handle == null ? known !== undefined : Buffer.from(handle, 'base64url').equals(userHandle(owner));
}

const refused = (why: PasskeyRefusal): PasskeyVerdict => ({ end: 'refused', why });
