import { randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { ISSUE_CHALLENGE, TAKE_CHALLENGE } from './passkey.queries.js';

/** How long somebody may take over a dialogue of the platform. Seconds. */
export const CHALLENGE_SECONDS = 5 * 60;

export type ChallengePurpose = 'registration' | 'sign_in';

/** For whom a challenge is: `binding` is what only they come back with. */
export interface ChallengeFor {
  readonly purpose: ChallengePurpose;
  readonly binding: string;
  readonly appId: Uuid;
  readonly userId?: Uuid | undefined;
}

/** What authenticators have to sign. It is kept here, not in what the visitor sends back, and is gone with the first answer. */
export class Challenges {
  constructor(private readonly database: Database) {}

  /** 256 random bits. The one before it of the same binding counts no more. */
  async issue({ purpose, binding, appId, userId }: ChallengeFor): Promise<Uint8Array<ArrayBuffer>> {
    const challenge = new Uint8Array(randomBytes(32));
    const text = Buffer.from(challenge).toString('base64url');
    await this.database.query(ISSUE_CHALLENGE, [purpose, binding, text, appId, userId ?? null, CHALLENGE_SECONDS]);
    return challenge;
  }

  /** The challenge that was issued, once; undefined when there is none, or too old a one. */
  async take({
    purpose,
    binding,
    appId,
  }: Omit<ChallengeFor, 'userId'>): Promise<{ challenge: string; userId: Uuid | undefined } | undefined> {
    type Row = { challenge: string; userId: Uuid | null; fresh: boolean };
    const { rows } = await this.database.query<Row>(TAKE_CHALLENGE, [purpose, binding, appId]);
    if (rows[0]?.fresh !== true) return undefined;
    return { challenge: rows[0].challenge, userId: rows[0].userId ?? undefined };
  }
}
