import type { Uuid } from '@signalbox/contracts';
import { ONE_FACTOR, TWO_FACTORS } from '../engine/prompts.js';

/** How somebody proves who it is, by the names of RFC 8176 and, where it has none, ours: password, code of an app, key, recovery code, another provider, mail. */
export type FactorMethod = 'pwd' | 'otp' | 'hwk' | 'rec' | 'fed' | 'mail';

/** Something that a visitor has proven. */
export type Factor = OtherFactor | KnownPassword;

/** A password, and which one: while it was verified its owner may have got another. */
interface KnownPassword extends Proof {
  readonly method: 'pwd';
  readonly passwordVersion: string | null;
}

interface OtherFactor extends Proof {
  readonly method: Exclude<FactorMethod, 'pwd'>;
}

interface Proof {
  readonly userId: Uuid;
  /** 2: a key that also asked its owner for a finger or a PIN. */
  readonly strength: 1 | 2;
  /** Through which identity at another provider. */
  readonly identityId?: Uuid;
}

/** What can be asked for besides the first factor. `mail_code`: only where a sign-in is unusual and the user has nothing else. */
export type SecondFactorMethod = 'totp' | 'passkey' | 'recovery_code' | 'mail_code';

/** Two of the same kind are one: a password and another provider's password both are something known. */
const KIND_OF: Readonly<Record<FactorMethod, 'known' | 'had'>> = {
  pwd: 'known',
  fed: 'known',
  otp: 'had',
  hwk: 'had',
  rec: 'had',
  mail: 'had',
};

/** What a sign-in can begin with. The others are asked for besides, and alone show nobody's identity. */
const FIRST: readonly string[] = ['pwd', 'fed', 'hwk'] satisfies FactorMethod[];

export const hasFirstFactor = (amr: readonly string[]): boolean => amr.some((method) => FIRST.includes(method));

/** A key that checked its owner is written down with this mark. */
const USER_VERIFIED = 'user';

/** How sure one may be of whoever has proven these. A mail shows that the mailbox is theirs, and is no second factor to ask 2fa for. */
export function acrOf(amr: readonly string[]): typeof ONE_FACTOR | typeof TWO_FACTORS {
  if (amr.includes(USER_VERIFIED)) return TWO_FACTORS;
  const kinds = new Set(amr.filter((method) => method !== 'mail').map((method) => KIND_OF[method as FactorMethod]));
  return kinds.has('known') && kinds.has('had') ? TWO_FACTORS : ONE_FACTOR;
}

/** The methods with one more. */
export function withFactor(
  amr: readonly string[],
  { method, strength }: Pick<Factor, 'method' | 'strength'>,
): string[] {
  return [...new Set([...amr, method, ...(strength === 2 ? [USER_VERIFIED] : [])])];
}
