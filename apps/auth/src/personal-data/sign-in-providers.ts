import type { Uuid } from '@signalbox/contracts';
import type { Holding, Told } from '@signalbox/personal-data';
import { ownId } from './own-id.js';

/** Has the providers that a user signed in with take back what they gave us; says who did not answer. May be asked again. */
export type RevokeAtProviders = (
  userId: Uuid,
) => Promise<{ readonly end: 'done' } | { readonly end: 'failed'; readonly providers: readonly string[] }>;

/** A provider that is down is mostly up again soon, and nobody gains by asking more often. Milliseconds. */
const ASK_AGAIN_MS = 30_000;

/**
 * Google, Apple and the like are told before anything of the user's is erased, since what proves it to them is erased, too. Until they
 * have answered the request is open.
 */
export function signInProviders(revoke: RevokeAtProviders): Holding {
  return {
    name: 'sign-in providers',
    async tellOthers(person): Promise<Told> {
      const user = ownId(person);
      if (user === undefined) return { end: 'done' };
      const revoked = await revoke(user);
      if (revoked.end === 'done') return { end: 'done' };
      return { end: 'later', afterMs: ASK_AGAIN_MS, reason: revoked.providers.join(', ') };
    },
    erase: () => Promise.resolve({}),
  };
}
