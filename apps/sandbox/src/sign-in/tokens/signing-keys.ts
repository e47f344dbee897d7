import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { StateDirectory } from '../../identity/state-directory.js';

const FILE = 'sign-in-keys.json';
const storedKeys = z.record(z.string(), z.array(z.strictObject({ kid: z.string(), privateKey: z.string() })));

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** What every provider signs its tokens with; made when they are first asked for, and kept over a restart. */
export class SigningKeys {
  private readonly rings = new Map<string, Promise<readonly SigningKey[]>>();

  private constructor(
    private readonly state: StateDirectory,
    stored: z.output<typeof storedKeys>,
  ) {
    for (const [provider, keys] of Object.entries(stored))
      this.rings.set(
        provider,
        Promise.resolve(keys.map(({ kid, privateKey }) => ({ kid, privateKey: createPrivateKey(privateKey) }))),
      );
  }

  static async open(state: StateDirectory): Promise<SigningKeys> {
    return new SigningKeys(state, (await state.read(FILE, storedKeys)) ?? {});
  }

  /** Newest first; tokens are signed with that one, and all of them are published. */
  async of(provider: string): Promise<readonly SigningKey[]> {
    return this.rings.get(provider) ?? this.replace(provider, []);
  }

  /** From now on a new key signs. Without `keepOld` nobody can verify what was signed before. */
  async rotate(provider: string, keepOld: boolean): Promise<readonly SigningKey[]> {
    return this.replace(provider, keepOld ? await this.of(provider) : []);
  }

  private async replace(provider: string, old: readonly SigningKey[]): Promise<readonly SigningKey[]> {
    const ring = newKey().then((key) => [key, ...old]);
    this.rings.set(provider, ring);
    await ring;
    await this.save();
    return ring;
  }

  private async save(): Promise<void> {
    const rings = await Promise.all(
      [...this.rings].map(async ([provider, ring]) => [provider, (await ring).map(stored)] as const),
    );
    await this.state.write(FILE, Object.fromEntries(rings));
  }
}

/** As a JWKS shows it. */
export function publicJwk({ kid, privateKey }: SigningKey): object {
  const { kty, n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kty, kid, use: 'sig', alg: 'RS256', n, e };
}

async function newKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { kid: randomBytes(5).toString('hex'), privateKey };
}

function stored({ kid, privateKey }: SigningKey): { kid: string; privateKey: string } {
  return { kid, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
