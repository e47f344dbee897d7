import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON as CreationOptions,
  PublicKeyCredentialRequestOptionsJSON as RequestOptions,
} from '@simplewebauthn/server';
import { encodeCbor } from './cbor.harness.js';

interface Key {
  readonly id: Buffer;
  readonly privateKey: KeyObject;
  readonly handle: string;
  count: number;
}

/** How this authenticator, or the browser before it, is other than it should be. */
export interface Quirks {
  /** Where the page or app is that asks. */
  readonly origin: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** `webauthn.create` or `webauthn.get` unless told. */
  readonly type?: string;
  /** Whether it checked who holds it; true unless told. */
  readonly verifies?: boolean;
  readonly attestation?: 'none' | 'packed';
  /** Kept in a cloud, and so without a count. */
  readonly synced?: boolean;
  /** Signs something else. */
  readonly forged?: boolean;
  /** Says whose passkey it is; true unless told. */
  readonly sendsHandle?: boolean;
}

const FLAG = { present: 0x01, verified: 0x04, mayBeSynced: 0x08, synced: 0x10, hasCredential: 0x40 };
const AAGUID = Buffer.alloc(16, 7);

/** An authenticator in software, and the browser in front of it: real keys and signatures, and as many lies as a test needs. */
export class SoftAuthenticator {
  private readonly keys: Key[];

  constructor(keys: readonly Key[] = []) {
    this.keys = [...keys];
  }

  /** The same keys with the same counts, in somebody else's hands. */
  clone(): SoftAuthenticator {
    return new SoftAuthenticator(this.keys.map((key) => ({ ...key })));
  }

  /** Makes a passkey. */
  create(options: CreationOptions, quirks: Quirks): Record<string, unknown> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key: Key = { id: randomBytes(16), privateKey, handle: options.user.id, count: 0 };
    this.keys.push(key);
    const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    const cose = new Map<number, number | Buffer>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const length = Buffer.of(key.id.length >> 8, key.id.length & 0xff);
    const credential = Buffer.concat([AAGUID, length, key.id, encodeCbor(cose)]);
    const rpId = quirks.rpId ?? options.rp.id!;
    const authData = Buffer.concat([dataOf(rpId, key, quirks, FLAG.hasCredential), credential]);
    const clientData = clientDataOf('webauthn.create', options.challenge, quirks);
    const packed = new Map<string, number | Buffer>([
      ['alg', -7],
      ['sig', signature(key, authData, clientData, quirks)],
    ]);
    const attestation = quirks.attestation ?? 'none';
    const attestationObject = encodeCbor(
      new Map<string, string | Buffer | Map<string, number | Buffer>>([
        ['fmt', attestation],
        ['attStmt', attestation === 'none' ? new Map() : packed],
        ['authData', authData],
      ]),
    );
    return answer(key, {
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal', 'hybrid'],
    });
  }

  /** Signs in with one of the passkeys that are allowed, or the newest there is. */
  get(options: RequestOptions, quirks: Quirks): Record<string, unknown> {
    const allowed = options.allowCredentials?.map(({ id }) => id);
    const key = this.keys.findLast(({ id }) => allowed?.includes(id.toString('base64url')) ?? true);
    if (key === undefined) throw new Error('this authenticator has none of the passkeys that are allowed');
    if (quirks.synced !== true) key.count += 1;
    const authData = dataOf(quirks.rpId ?? options.rpId!, key, quirks, 0);
    const clientData = clientDataOf('webauthn.get', options.challenge, quirks);
    return answer(key, {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature(key, authData, clientData, quirks).toString('base64url'),
      ...(quirks.sendsHandle === false ? {} : { userHandle: key.handle }),
    });
  }
}

function dataOf(rpId: string, { count }: Key, { verifies, synced }: Quirks, more: number): Buffer {
  const cloud = synced === true ? FLAG.mayBeSynced | FLAG.synced : 0;
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(count);
  const flags = FLAG.present | (verifies === false ? 0 : FLAG.verified) | cloud | more;
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(flags), counter]);
}

function clientDataOf(type: string, challenge: string, quirks: Quirks): Buffer {
  const { origin } = quirks;
  return Buffer.from(
    JSON.stringify({ type: quirks.type ?? type, challenge: quirks.challenge ?? challenge, origin, crossOrigin: false }),
  );
}

function signature({ privateKey }: Key, authData: Buffer, clientData: Buffer, { forged }: Quirks): Buffer {
  const signed = forged === true ? randomBytes(64) : authData;
  return sign('sha256', Buffer.concat([signed, createHash('sha256').update(clientData).digest()]), privateKey);
}

function answer({ id }: Key, response: object): Record<string, unknown> {
  const text = id.toString('base64url');
  return { id: text, rawId: text, type: 'public-key', clientExtensionResults: {}, response };
}
