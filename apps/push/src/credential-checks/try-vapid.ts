import { createPublicKey, verify } from 'node:crypto';
import type { WebPushCredential } from '@signalbox/credentials';
import { VapidToken } from '../providers/webpush/vapid-token.js';
import type { Verdict } from './verdict.js';

/** Push services are known by their subscriptions only, so none is asked: what the private key signs is held against the public one. */
export function tryVapid(secret: WebPushCredential): Verdict {
  const token = /t=([^,]+)/.exec(new VapidToken(secret, 'https://push.example.com').authorization())?.[1] ?? '';
  const [head, claims, signature] = token.split('.');
  const fits =
    signature !== undefined &&
    verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKeyOf(secret), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
  if (fits) return { verdict: 'works', said: 'the two keys belong together and sign; no push service was asked' };
  const remedy =
    'put the pair that pages subscribe with; browsers that subscribed with another have to subscribe again';
  return { verdict: 'refused', said: 'the private key is not that of the public one', remedy };
}

/** An uncompressed point: 0x04, x, y. */
function publicKeyOf({ publicKey }: WebPushCredential) {
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33, 65)].map((half) => half.toString('base64url'));
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x!, y: y! } });
}
