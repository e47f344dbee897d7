import type { Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import type { CallingUser } from '../../users/calling-user.js';
import type { Trouble } from '../calls/trouble.js';
import type { Identified, Linking } from '../linking.js';
import type { PendingLinks } from '../linking/pending-links.js';
import type { NativeProof, NativeRequest, NativeSignIn } from './native-sign-in.js';
import type { Nonces } from './nonces.js';

export type NativeEnd =
  | Extract<Identified, { userId: Uuid }>
  /** The user has to say whether it has an account here: once more with `newAccount`, or sign in in the browser. */
  | { readonly end: 'choose' }
  | { readonly end: 'closed' }
  | { readonly end: 'refused'; readonly why: Extract<NativeProof, { end: 'refused' }>['why'] }
  | { readonly end: 'trouble'; readonly trouble: Trouble };

/** What a phone's proof does here: each nonce once, in the transaction in which it is used up. */
export class NativeAccounts {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly native: NativeSignIn;
      readonly nonces: Nonces;
      readonly linking: Linking;
      readonly pending: PendingLinks;
    },
  ) {}

  /** Who somebody is here. @param newAccount they have none yet, and said so. */
  async signIn(
    request: NativeRequest,
    registration: { readonly isOpen: boolean; readonly locale?: string | undefined },
    newAccount: boolean,
  ): Promise<NativeEnd> {
    const { linking, nonces } = this.parts;
    const { appId, nonce, credential } = request;
    return this.once(request, async (tx, identity) => {
      const who = newAccount
        ? await linking.create(tx, appId, identity, registration)
        : await linking.identify(tx, appId, identity, registration);
      if (who.end === 'needs_proof') {
        await nonces.keep(tx, appId, nonce, credential.value, identity);
        return { end: 'choose' };
      }
      await nonces.use(tx, nonce);
      return who.end === 'refused' ? { end: 'closed' } : who;
    });
  }

  /** A user who is signed in shows who it is over there. */
  async link(
    request: NativeRequest,
    user: CallingUser,
  ): Promise<{ readonly end: 'linked' | 'taken' | 'signed_out' } | Extract<NativeEnd, { end: 'refused' | 'trouble' }>> {
    const { linking, nonces, pending } = this.parts;
    return this.once(request, async (tx, identity) => {
      await nonces.use(tx, request.nonce);
      const end = await linking.proveInSession(tx, user, identity);
      if (end === 'linked') await pending.dropWishes(tx, user.userId, request.provider);
      return { end };
    });
  }

  private async once<End>(
    request: NativeRequest,
    act: (tx: Sql, identity: Extract<NativeProof, { end: 'proven' }>['identity']) => Promise<End>,
  ): Promise<End | Extract<NativeProof, { end: 'refused' | 'trouble' }>> {
    const { database, native, nonces } = this.parts;
    const proof = await native.verify(request);
    if (proof.end !== 'proven') return proof;
    return database.transaction(async (tx) => {
      // Somebody may have used it in between.
      const held = await nonces.hold(tx, request, request.nonce);
      return held === undefined ? { end: 'refused', why: 'unknown_nonce' } : act(tx, proof.identity);
    });
  }
}
