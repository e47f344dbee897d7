import { createPublicKey, generateKeyPairSync, type KeyObject, randomInt } from 'node:crypto';
import { z } from 'zod';
import type { StateDirectory } from './state-directory.js';

const FILE = 'provider-keys.json';
const DEMO_TEAM = 'SIGNALBOX1';
const DEMO_KEY = 'SANDBOXKEY';

/** Apple's team and key identifiers: ten capitals and digits. */
export const appleIdentifier = z.string().regex(/^[A-Z0-9]{10}$/, 'ten characters, A to Z and 0 to 9');

const registeredKey = z.strictObject({ teamId: appleIdentifier, keyId: appleIdentifier, publicKey: z.string() });
const storedKeys = z.strictObject({
  demo: registeredKey.extend({ privateKey: z.string() }),
  registered: z.array(registeredKey),
});

/** A key that provider tokens may be signed with; `publicKey` is SPKI in PEM. */
export type RegisteredKey = z.output<typeof registeredKey>;

/** What a sender needs to sign provider tokens: the content of Apple's .p8 file and its two identifiers. */
export interface SigningCredential {
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: string;
}

/** The keys whose signatures the sandbox accepts: one demo key whose private half it gives away, and registered ones. */
export class ProviderKeys {
  private readonly registered = new Map<string, RegisteredKey>();
  private readonly parsed = new Map<string, KeyObject>();
  /** Grows with every change: whoever caches a verdict compares it. */
  revision = 0;

  private constructor(
    private readonly state: StateDirectory,
    private readonly demo: RegisteredKey & SigningCredential,
    registered: readonly RegisteredKey[],
  ) {
    for (const key of [demo, ...registered]) this.remember(key);
  }

  static async open(state: StateDirectory): Promise<ProviderKeys> {
    const stored = await state.read(FILE, storedKeys);
    if (stored) return new ProviderKeys(state, stored.demo, stored.registered);
    const keys = new ProviderKeys(state, makeKey(DEMO_TEAM, DEMO_KEY), []);
    await keys.save();
    return keys;
  }

  demoCredential(): SigningCredential {
    const { teamId, keyId, privateKey } = this.demo;
    return { teamId, keyId, privateKey };
  }

  list(): RegisteredKey[] {
    return [...this.registered.values()];
  }

  find(keyId: string): { teamId: string; publicKey: KeyObject } | undefined {
    const key = this.registered.get(keyId);
    const publicKey = this.parsed.get(keyId);
    return key && publicKey && { teamId: key.teamId, publicKey };
  }

  /** Makes a key, registers its public half and gives the private half away: one more sender for a test. */
  async mint(): Promise<SigningCredential> {
    const { privateKey, ...key } = makeKey(randomIdentifier(), randomIdentifier());
    await this.register(key);
    return { teamId: key.teamId, keyId: key.keyId, privateKey };
  }

  /** `publicKey` must be a P-256 key in PEM, which the caller has checked with `isP256PublicKey`. */
  async register(key: RegisteredKey): Promise<void> {
    this.remember(key);
    await this.save();
  }

  /** Answers whether the key was there. The demo key can be revoked too; it is back after a restart. */
  async revoke(keyId: string): Promise<boolean> {
    this.revision += 1;
    this.parsed.delete(keyId);
    const existed = this.registered.delete(keyId);
    await this.save();
    return existed;
  }

  private remember(key: RegisteredKey): void {
    const publicKey = createPublicKey(key.publicKey);
    this.revision += 1;
    // Exported again, because a private key in PEM also reads as its public half and must not be kept.
    const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.registered.set(key.keyId, { teamId: key.teamId, keyId: key.keyId, publicKey: spki });
    this.parsed.set(key.keyId, publicKey);
  }

  private async save(): Promise<void> {
    await this.state.write(FILE, { demo: this.demo, registered: this.list() });
  }
}

/** Whether the text is a P-256 public key in PEM, the only kind Apple's ES256 tokens can be verified with. */
export function isP256PublicKey(pem: string): boolean {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function makeKey(teamId: string, keyId: string): RegisteredKey & SigningCredential {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { teamId, keyId, publicKey: pair.publicKey, privateKey: pair.privateKey };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function randomIdentifier(): string {
  return Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
