import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { formatSymmetric, KeyMismatch, materialOf, publicKeyOf } from './secret-material.js';
import { signedHeaders, signerOf } from './sign.js';

const id = 'evt_01m82jctcbfmd8madrfbfjkexk';
const body = '{"type":"delivery.sent","data":{"name":"Zoë 😀"}}';
const signed = (secrets: ReturnType<typeof materialOf>[], now = new Date()) =>
  signedHeaders(secrets.map(signerOf), { id, body, now });

/** As a receiver verifies that has only `whpk_...`. */
function verifies(publicKey: string, headers: Record<string, string>, signature: string): boolean {
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return verify(null, Buffer.from(content), key, Buffer.from(signature.slice('v1a,'.length), 'base64'));
}

describe('our signatures', () => {
  it.each([
    ['standardwebhooks', StandardWebhook],
    ['svix', SvixWebhook],
  ])('are taken by the npm package %s, and only with the right secret, body and time', (_name, Webhook) => {
    const secret = materialOf({ kind: 'symmetric' });
    const headers = signed([secret]);
    const receiver = new Webhook(formatSymmetric(secret));
    expect(() => receiver.verify(body, headers)).not.toThrow();
    expect(() => receiver.verify(`${body} `, headers)).toThrow();
    expect(() => receiver.verify(body, { ...headers, 'webhook-id': 'evt_other' })).toThrow();
    expect(() => new Webhook(formatSymmetric(materialOf({ kind: 'symmetric' }))).verify(body, headers)).toThrow();
    expect(() => receiver.verify(body, signed([secret], new Date(Date.now() - 3_600_000)))).toThrow();
  });

  it('are one for each secret: an old receiver, a new one and one with a public key each find theirs', () => {
    const [fresh, old, asymmetric] = [
      materialOf({ kind: 'symmetric' }),
      materialOf({ kind: 'symmetric' }),
      materialOf({ kind: 'ed25519' }),
    ];
    const headers = signed([fresh, asymmetric, old]);
    for (const Webhook of [StandardWebhook, SvixWebhook]) {
      for (const secret of [fresh, old]) {
        expect(() => new Webhook(formatSymmetric(secret)).verify(body, headers)).not.toThrow();
      }
    }
    const signatures = headers['webhook-signature']!.split(' ');
    expect(signatures.map((signature) => signature.split(',')[0])).toEqual(['v1', 'v1a', 'v1']);
    expect(verifies(publicKeyOf(asymmetric)!, headers, signatures[1]!)).toBe(true);
    expect(verifies(publicKeyOf(materialOf({ kind: 'ed25519' }))!, headers, signatures[1]!)).toBe(false);
  });

  it('of a given secret are those of the specification', () => {
    // The example of https://github.com/standard-webhooks/standard-webhooks and of svix' documentation.
    const secret = materialOf({ kind: 'symmetric', key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' });
    const content = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      now: new Date(1_614_265_330_000),
    };
    expect(signedHeaders([signerOf(secret)], content)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('a given ed25519 key', () => {
  it('is taken with its public half, and refused with another', () => {
    const [mine, other] = [materialOf({ kind: 'ed25519' }), materialOf({ kind: 'ed25519' })];
    const key = (bytes: Buffer) => `whsk_${bytes.toString('base64')}`;
    expect(publicKeyOf(materialOf({ kind: 'ed25519', key: key(mine.bytes) }))).toBe(publicKeyOf(mine));
    const mixed = Buffer.concat([mine.bytes.subarray(0, 32), other.bytes.subarray(32)]);
    expect(() => materialOf({ kind: 'ed25519', key: key(mixed) })).toThrow(KeyMismatch);
  });
});
