import { randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { PasskeySignIn, PasskeyVerdict } from '../passkey-sign-in.js';
import { IS_NATIVE_CLIENT } from './native-passkeys.queries.js';

/** The client on a phone that signs somebody in. */
export interface NativeClient {
  readonly appId: Uuid;
  readonly clientId: string;
}

export interface BegunOnPhone {
  readonly challengeId: string;
  readonly publicKey: PublicKeyCredentialRequestOptionsJSON;
}

/** Signing in with a passkey on a phone, by the platform's own dialogue. A challenge is of one client, and good for one answer. */
export class NativePasskeys {
  constructor(
    private readonly database: Database,
    private readonly signIn: PasskeySignIn,
  ) {}

  /** What the platform is asked; undefined where the app has no such client on phones. */
  async begin(client: NativeClient): Promise<BegunOnPhone | undefined> {
    const { rowCount } = await this.database.query(IS_NATIVE_CLIENT, [client.clientId, client.appId]);
    if (rowCount === 0) return undefined;
    const challengeId = randomBytes(16).toString('base64url');
    return { challengeId, publicKey: await this.signIn.begin(attempt(client, challengeId)) };
  }

  /** @param answered what the platform answered, as JSON; anything at all may be in it. */
  finish(client: NativeClient, challengeId: string, answered: unknown): Promise<PasskeyVerdict> {
    return this.signIn.finish(attempt(client, challengeId), answered);
  }
}

function attempt({ appId, clientId }: NativeClient, challengeId: string): { appId: Uuid; binding: string } {
  return { appId, binding: `${clientId} ${challengeId}` };
}
