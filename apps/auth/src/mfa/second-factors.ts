import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { knowsDevice } from '../anomalies/knows-device.js';
import type { AttemptLimits, Bucket } from '../limits/attempt-limits.js';
import type { Factor, SecondFactorMethod } from '../sign-in/factor.js';
import { METHODS_OF } from './factors/factors.queries.js';
import type { RecoveryCodes } from './recovery-codes/recovery-codes.js';
import type { Totp } from './totp/totp.js';
import type { AppUser } from './user.js';

/** In the order in which they are offered. */
const METHODS = ['totp', 'passkey', 'recovery_code'] as const satisfies readonly SecondFactorMethod[];

export type CodeVerdict =
  | { readonly end: 'passed'; readonly factor: Factor }
  /** Wrong, used before, or there is nothing it could be a code of. */
  | { readonly end: 'refused' }
  | { readonly end: 'slow_down'; readonly retryAfterSeconds: number };

/** Second factors as a sign-in sees them. */
export class SecondFactors {
  constructor(
    private readonly database: Database,
    private readonly totp: Totp,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly limits: AttemptLimits,
  ) {}

  /** A recovery code stands in for another factor, and is none by itself. */
  async methodsOf(userId: Uuid): Promise<SecondFactorMethod[]> {
    const { rows } = await this.database.query<Record<(typeof METHODS)[number], boolean>>(METHODS_OF, [userId]);
    const has = rows[0]!;
    return has.totp || has.passkey ? METHODS.filter((method) => has[method]) : [];
  }

  /** A code of a generator: six digits, however they were spaced. @param deviceId what is proven about the visitor's device, which may be known */
  async verifyTotp(user: AppUser, code: string, deviceId?: string): Promise<CodeVerdict> {
    return this.verify(user, 'otp', deviceId, () => this.totp.use(user, code.replaceAll(/\s/g, '')));
  }

  async verifyRecoveryCode(user: AppUser, code: string, deviceId?: string): Promise<CodeVerdict> {
    return this.verify(user, 'rec', deviceId, () => this.recoveryCodes.use(user, code));
  }

  /** Counted before it is looked at, so that many at once are many; given back when it was right. */
  private async verify(
    user: AppUser,
    method: 'otp' | 'rec',
    deviceId: string | undefined,
    use: () => Promise<boolean>,
  ): Promise<CodeVerdict> {
    const bucket = await this.bucketOf(user, deviceId);
    const attempt = await this.limits.take(...bucket);
    if (!attempt.ok) return { end: 'slow_down', retryAfterSeconds: attempt.retryAfterSeconds };
    if (!(await use())) return { end: 'refused' };
    await this.limits.giveBack([bucket]);
    return { end: 'passed', factor: { method, userId: user.userId, strength: 1 } };
  }

  /** A device that the user was signed in on has attempts of its own: a thief of the password elsewhere cannot use them up. */
  private async bucketOf({ appId, userId }: AppUser, deviceId: string | undefined): Promise<Bucket> {
    if (deviceId === undefined || !(await knowsDevice(this.database, userId, deviceId))) {
      return ['second-factor', appId, userId];
    }
    return ['second-factor', appId, userId, deviceId];
  }
}
