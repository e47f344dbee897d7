import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { generateRegistrationOptions, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { hasEnded } from '../../sessions/has-ended.js';
import { factorAdded } from '../factors/factor-facts.js';
import type { FactorNews } from '../factors/factor-news.js';
import { lockUser } from '../factors/lock-user.js';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.js';
import type { SettingsOf } from '../settings-of.js';
import type { AppUser, AskingUser } from '../user.js';
import { CHALLENGE_SECONDS, type Challenges } from './challenges.js';
import type { NewPasskeyAnswer } from './passkey-answers.js';
import { CREDENTIALS_OF, INSERT_PASSKEY } from './passkey.queries.js';
import { relyingParty } from './relying-party.js';
import { userHandle } from './user-handle.js';
import { ALGORITHMS, verifyNew } from './verify-answer.js';

/** More than anybody has devices and keys. */
const MAX_PASSKEYS = 20;

export interface PasskeyDescriptor {
  readonly credentialId: Buffer;
  readonly transports: string[];
}

export type PasskeyRegistration =
  /** `recoveryCodes`: made now, if the user had none that count. */
  | { readonly end: 'registered'; readonly id: Uuid; readonly recoveryCodes: readonly string[] }
  /** Not asked for, answered before, or too long ago. */
  | { readonly end: 'no_challenge' }
  /** Made for somebody else, at another place, without looking who holds it, or not signed as it says. */
  | { readonly end: 'unacceptable' }
  | { readonly end: 'known_already' }
  | { readonly end: 'too_many' }
  | { readonly end: 'no_such_user' }
  /** The session that asks was ended meanwhile. */
  | { readonly end: 'signed_out' };

/** How users come to have passkeys: discoverable ones, which check who holds them. */
export class Passkeys {
  constructor(
    private readonly database: Database,
    private readonly challenges: Challenges,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly settingsOf: SettingsOf,
    private readonly issuer: string,
    private readonly news: FactorNews,
  ) {}

  /** What the platform is asked. @param account how the user is called in the platform's list of passkeys. */
  async begin(user: AppUser, account: string): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const party = relyingParty(this.issuer, await this.settingsOf(user.appId));
    const { rows } = await this.database.query<PasskeyDescriptor>(CREDENTIALS_OF, [user.userId]);
    return generateRegistrationOptions({
      rpID: party.id,
      rpName: party.name,
      userID: new Uint8Array(userHandle(user.userId)),
      userName: account,
      userDisplayName: party.name,
      challenge: await this.challenges.issue({ purpose: 'registration', binding: user.userId, ...user }),
      timeout: CHALLENGE_SECONDS * 1_000,
      attestationType: 'none',
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: rows.map(({ credentialId }) => ({ id: credentialId.toString('base64url') })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  async finish(user: AskingUser, name: string, answer: NewPasskeyAnswer): Promise<PasskeyRegistration> {
    const party = relyingParty(this.issuer, await this.settingsOf(user.appId));
    const asked = await this.challenges.take({ purpose: 'registration', binding: user.userId, appId: user.appId });
    if (asked === undefined) return { end: 'no_challenge' };
    const made = await verifyNew(answer, asked.challenge, party);
    if (made === undefined) return { end: 'unacceptable' };
    return this.database.transaction(async (tx) => {
      if (!(await lockUser(tx, user))) return { end: 'no_such_user' };
      if (user.sessionId !== undefined && (await hasEnded(tx, user.sessionId))) return { end: 'signed_out' };
      const { rowCount: has } = await tx.query(CREDENTIALS_OF, [user.userId]);
      if (has >= MAX_PASSKEYS) return { end: 'too_many' };
      const id = newUuid();
      const { rowCount } = await tx.query(INSERT_PASSKEY, [
        id,
        user.appId,
        user.userId,
        made.credentialId,
        made.publicKey,
        made.count,
        answer.response.transports ?? [],
        made.aaguid,
        made.synced,
        name,
      ]);
      if (rowCount === 0) return { end: 'known_already' };
      await this.news.tell(tx, user, [factorAdded(user, 'passkey', formatId('factor', id))]);
      return { end: 'registered', id, recoveryCodes: await this.recoveryCodes.makeFirst(tx, user) };
    });
  }
}
