import { describe, expect, it } from '@jest/globals';
import { ACR } from '@signalbox/http';
import fc from 'fast-check';
import { acrOf, type FactorMethod, withFactor } from '../../sign-in/factor.js';
import { type NextProof, nextProof, type SignInSoFar } from './next-proof.js';

const METHODS: readonly FactorMethod[] = ['pwd', 'fed', 'mail', 'otp', 'hwk', 'rec'];
const factor = fc.record({
  method: fc.constantFrom(...METHODS),
  strength: fc.constantFrom(1 as const, 2 as const),
  userId: fc.constant(''),
});
const soFar: fc.Arbitrary<SignInSoFar> = fc.record({
  amr: fc
    .array(factor, { minLength: 1, maxLength: 3 })
    .map((factors) => factors.reduce<string[]>((amr, more) => withFactor(amr, more), [])),
  enrolled: fc.subarray(['totp', 'passkey', 'recovery_code'] as const).map((methods) => [...methods]),
  mfa: fc.constantFrom('off', 'optional', 'required'),
  wantsTwoFactors: fc.boolean(),
  suspicious: fc.boolean(),
  canMail: fc.boolean(),
});

const hasTwo = ({ amr }: SignInSoFar): boolean => acrOf(amr) === ACR.twoFactors;
const isOver = ({ next }: NextProof): boolean => next === 'nothing';

const holds = (predicate: (signIn: SignInSoFar) => boolean): void =>
  fc.assert(fc.property(soFar, predicate), { numRuns: 2_000 });

describe('what a sign-in still needs', () => {
  it('is nothing after two factors', () => {
    holds((signIn) => !hasTwo(signIn) || isOver(nextProof(signIn)));
  });

  it('is a second factor for everybody who has one, unless the app switched them off', () => {
    holds(
      (signIn) => signIn.mfa === 'off' || signIn.enrolled.length === 0 || hasTwo(signIn) || !isOver(nextProof(signIn)),
    );
  });

  it('is something after one factor, where the app requires two', () => {
    holds((signIn) => signIn.mfa !== 'required' || hasTwo(signIn) || !isOver(nextProof(signIn)));
  });

  it('is a second factor where a client asked for it and the user has one, whatever the app says', () => {
    holds(
      (signIn) =>
        !signIn.wantsTwoFactors || signIn.enrolled.length === 0 || hasTwo(signIn) || !isOver(nextProof(signIn)),
    );
  });

  it('is only ever what the user has, or a code by mail for who has nothing else', () => {
    holds((signIn) => {
      const answer = nextProof(signIn);
      if (answer.next !== 'second-factor') return true;
      const mailed = answer.methods.includes('mail_code');
      return mailed ? signIn.enrolled.length === 0 && signIn.canMail : answer.methods === signIn.enrolled;
    });
  });

  it('is never an enrolment for somebody who may be a thief, as long as there is a mailbox to ask', () => {
    holds((signIn) => {
      const { suspicious, canMail, amr } = signIn;
      return nextProof(signIn).next !== 'enrolment' || !suspicious || !canMail || amr.includes('mail');
    });
  });

  it('is never an enrolment for somebody who has a second factor: it would go around the one there is', () => {
    holds((signIn) => nextProof(signIn).next !== 'enrolment' || signIn.enrolled.length === 0);
  });

  it('does not come back with another proof', () => {
    fc.assert(
      fc.property(soFar, factor, (signIn, more) => {
        const after = nextProof({ ...signIn, amr: withFactor(signIn.amr, more) });
        return !isOver(nextProof(signIn)) || isOver(after);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not go away with a doubt, a stricter app or a client that asks', () => {
    holds((signIn) => {
      const stricter: Partial<SignInSoFar>[] = [{ suspicious: true }, { mfa: 'required' }, { wantsTwoFactors: true }];
      return isOver(nextProof(signIn)) || stricter.every((change) => !isOver(nextProof({ ...signIn, ...change })));
    });
  });

  it('ends: whoever shows what is asked for, as often as it is, gets in', () => {
    const shown: Readonly<Record<string, FactorMethod>> = {
      totp: 'otp',
      passkey: 'hwk',
      recovery_code: 'rec',
      mail_code: 'mail',
    };
    holds((signIn) => {
      // What is shown second is no use without something known before it.
      let now: SignInSoFar = { ...signIn, amr: ['pwd'] };
      for (let turn = 0; turn < 3; turn += 1) {
        const answer = nextProof(now);
        if (answer.next === 'nothing') return true;
        const method = answer.next === 'enrolment' ? 'otp' : shown[answer.methods[0]!]!;
        now = { ...now, amr: withFactor(now.amr, { method, strength: 1 }) };
      }
      return false;
    });
  });
});

describe('what was reached', () => {
  it.each<[string, string[], string]>([
    ['a password', ['pwd'], ACR.oneFactor],
    ['a password and a mailbox, which resets the password', ['pwd', 'mail'], ACR.oneFactor],
    ['a code and a recovery code', ['otp', 'rec'], ACR.oneFactor],
    ['a key that did not check who holds it', ['hwk'], ACR.oneFactor],
    ['a password and a code', ['pwd', 'otp'], ACR.twoFactors],
    ['another provider and a recovery code', ['fed', 'rec'], ACR.twoFactors],
    ['a passkey with user verification', ['hwk', 'user'], ACR.twoFactors],
  ])('by %s', (_what, amr, acr) => {
    expect(acrOf(amr)).toBe(acr);
  });
});
