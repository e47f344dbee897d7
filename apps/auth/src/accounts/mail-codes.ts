import { createHmac, randomInt } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { MailLocale } from '../mail/mails.js';
import { MAIL_LIFETIME } from '../mail/mails.js';
import type { Factor } from '../sign-in/factor.js';
import type { AccountParts, AccountRow, SlowDown } from './account-parts.js';
import { FIND_BY_ID } from './account.queries.js';
import { INSERT_CODE, USE_TOKEN } from './one-time-token.queries.js';
import { type TokenClaims, voidTokens } from './one-time-tokens.js';

export type CodeVerdict = { readonly end: 'passed'; readonly factor: Factor } | { readonly end: 'refused' } | SlowDown;

interface CodeOf {
  readonly appId: Uuid;
  readonly userId: Uuid;
}

const DIGITS = 6;

/** The first seals, the others only open: keys that are not in the database, since a code alone could be guessed from its hash. */
type Keys = readonly [Buffer, ...Buffer[]];

/** Codes by mail, for an unusual sign-in of somebody who has no second factor. Each is good for one interaction, once. */
export class MailCodes {
  constructor(
    private readonly parts: Pick<AccountParts, 'database' | 'limits' | 'mailer' | 'profileOf'>,
    private readonly keys: Keys,
  ) {}

  /** A code that was sent before is good no longer. `uid`: the interaction's. */
  async send({ appId, userId }: CodeOf, uid: string, locale: MailLocale): Promise<{ readonly end: 'sent' } | SlowDown> {
    const { database, limits, mailer, profileOf } = this.parts;
    const user = (await database.query<AccountRow>(FIND_BY_ID, [appId, userId])).rows[0];
    const take = await limits.take('mail-address', appId, user?.emailKey ?? '');
    if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
    if (user?.email == null || user.emailKey === null) return { end: 'sent' };
    const { email: to, emailKey } = user;
    const { displayName: appName } = await profileOf(appId);
    const code = randomInt(10 ** DIGITS)
      .toString()
      .padStart(DIGITS, '0');
    const offers = await database.transaction(async (tx) => {
      await voidTokens(tx, userId, ['sign_in']);
      const hash = hashOf(this.keys[0], userId, uid, code);
      await tx.query(INSERT_CODE, [hash, appId, userId, 'sign_in', emailKey, null, MAIL_LIFETIME.sign_in_code, null]);
      return mailer.send(tx, { appId, userId, to, locale, template: 'sign_in_code', params: { appName, code } });
    });
    mailer.publish(offers);
    return { end: 'sent' };
  }

  async verify({ userId }: CodeOf, uid: string, code: string): Promise<CodeVerdict> {
    const { database, limits } = this.parts;
    const take = await limits.take('second-factor', userId);
    if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
    for (const key of this.keys) {
      const hash = hashOf(key, userId, uid, code.replaceAll(/\s/g, ''));
      const { rows } = await database.query<TokenClaims>(USE_TOKEN, [hash, ['sign_in']]);
      if (rows.length === 0) continue;
      await limits.giveBack([['second-factor', userId]]);
      return { end: 'passed', factor: { method: 'mail', userId, strength: 1 } };
    }
    return { end: 'refused' };
  }
}

function hashOf(key: Buffer, userId: Uuid, uid: string, code: string): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([userId, uid, code]))
    .digest();
}
