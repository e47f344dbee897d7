import { randomBytes } from 'node:crypto';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { insertApp } from '@signalbox/testing';
import { Secret, TOTP } from 'otpauth';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { mailContext, type SealedMail } from '../mail/mailer.js';
import { makeMfa, type Mfa } from './mfa.module.js';
import type { MfaSettings } from './settings-of.js';
import type { AppUser } from './user.js';

export const ISSUER = 'https://auth.shop.example';

/** What a generator with this seed shows. */
export function codeNow(secret: string, timestamp = Date.now()): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp });
}

/** The part with everything that it asks others for, which a test may change as it likes. */
export class MfaStage {
  readonly mfa: Mfa;
  readonly envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64'), file: undefined }));
  /** Milliseconds since 1970; stands still. */
  now = Date.now();
  private readonly settings = new Map<Uuid, MfaSettings>();

  constructor(private readonly database: Database) {
    this.mfa = makeMfa({
      database,
      envelope: this.envelope,
      settingsOf: async (appId) => this.settingsOf(appId),
      limits: new AttemptLimits(database),
      issuer: ISSUER,
      now: () => this.now,
    });
  }

  set(appId: Uuid, settings: Partial<MfaSettings>): void {
    this.settings.set(appId, { ...this.settingsOf(appId), ...settings });
  }

  app(): Promise<Uuid> {
    return insertApp(this.database);
  }

  /** A user of an app, of a new one unless told. */
  async user(ofApp?: Uuid): Promise<AppUser> {
    const [appId, userId] = [ofApp ?? (await this.app()), newUuid()];
    const email = `${userId}@example.com`;
    await this.database.query(
      'INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at) VALUES ($1, $2, $3, $3, now())',
      [userId, appId, email],
    );
    return { appId, userId };
  }

  /** Sets up a generator, whose codes are then those of the next step, since the present one is used up. */
  async withTotp(user: AppUser): Promise<{ readonly id: Uuid; readonly secret: string; readonly codes: string[] }> {
    const { id, secret } = await this.mfa.totp.enrol(user, 'phone', { issuer: 'Shop', account: 'ann' });
    const confirmation = await this.mfa.totp.confirm(user, id, this.codeOf(secret));
    if (confirmation.end !== 'confirmed') throw new Error(confirmation.end);
    this.now += 30_000;
    return { id, secret, codes: [...confirmation.recoveryCodes] };
  }

  /** What a generator with this seed shows. @param steps from now, of 30 seconds */
  codeOf(secret: string, steps = 0): string {
    return codeNow(secret, this.now + steps * 30_000);
  }

  async eventsOf({ appId, userId }: AppUser): Promise<{ type: string; data: Record<string, unknown> }[]> {
    const { rows } = await this.database.query<{ type: string; data: Record<string, unknown> }>(
      'SELECT type, payload AS data FROM event_log WHERE app_id = $1 AND subject = $2 ORDER BY xid, id',
      [appId, formatId('user', userId)],
    );
    return rows;
  }

  /** The mails that are owed to a user, in the order in which they were. */
  async mailsTo({ appId, userId }: AppUser): Promise<SealedMail[]> {
    const { rows } = await this.database.query<{ sealed: Buffer }>(
      'SELECT sealed FROM auth_mail WHERE app_id = $1 AND user_id = $2 ORDER BY id',
      [appId, userId],
    );
    return rows.map(
      ({ sealed }) => JSON.parse(this.envelope.open(sealed, mailContext(appId)).toString()) as SealedMail,
    );
  }

  private settingsOf(appId: Uuid): MfaSettings {
    const known = this.settings.get(appId);
    return known ?? { mfa: 'optional', displayName: 'Shop', appLinks: { android: [], ios: [] } };
  }
}
