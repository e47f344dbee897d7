import { importJWK, jwtVerify } from 'jose';

const DAY_SECONDS = 24 * 3_600;
/** Verdicts remembered, by the header: senders use a token for hours. The oldest is forgotten first. */
const BOUND = 1_000;
/** Seconds by which clocks may differ. */
const TOLERANCE = 60;

/** Who sends, as its token says. */
export interface Sender {
  /** Base64url of the point. */
  readonly publicKey: string;
  readonly subject: string | undefined;
}

export type SenderVerdict =
  | { readonly valid: true; readonly sender: Sender; readonly expiresAt: number }
  | { readonly valid: false; readonly status: 401 | 403; readonly reason: string };

/** Voluntary Application Server Identification (RFC 8292), with Apple's rules, which are the strictest. */
export class VapidTokens {
  private readonly known = new Map<string, Extract<SenderVerdict, { valid: true }>>();

  /** @param audience the origin of the push service. */
  async judge(authorization: string | undefined, audience: string, now: number): Promise<SenderVerdict> {
    if (authorization === undefined) return { valid: false, status: 401, reason: 'MissingAuthorization' };
    const known = this.known.get(authorization);
    if (known && known.expiresAt > now / 1_000) return known;
    const verdict = await verify(authorization, audience, new Date(now));
    if (verdict === undefined) return { valid: false, status: 403, reason: 'BadJwtToken' };
    const oldest = this.known.keys().next();
    if (this.known.size >= BOUND && !oldest.done) this.known.delete(oldest.value);
    this.known.set(authorization, verdict);
    return verdict;
  }
}

async function verify(authorization: string, audience: string, currentDate: Date) {
  const { t: token, k: publicKey } = parametersOf(authorization);
  const point = Buffer.from(publicKey ?? '', 'base64url');
  if (token === undefined || publicKey === undefined || point.length !== 65) return undefined;
  try {
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    const key = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
    const options = {
      audience,
      currentDate,
      clockTolerance: TOLERANCE,
      algorithms: ['ES256'],
      requiredClaims: ['exp'],
    };
    const { exp: expiresAt = 0, sub: subject } = (await jwtVerify(token, key, options)).payload;
    const isTooLong = expiresAt > currentDate.getTime() / 1_000 + DAY_SECONDS + TOLERANCE;
    if (isTooLong || !isContact(subject)) return undefined;
    return { valid: true as const, sender: { publicKey, subject }, expiresAt };
  } catch {
    return undefined;
  }
}

function isContact(subject: string | undefined): boolean {
  return /^(mailto:[^\s<>]+@[^\s<>]+|https:\/\/\S+)$/.test(subject ?? '');
}

/** `vapid t=..., k=...` */
function parametersOf(authorization: string): Partial<Record<'t' | 'k', string>> {
  const [, list] = /^vapid +(.*)$/i.exec(authorization) ?? [];
  const pairs = (list ?? '').split(',').map((part) => /^\s*([tk])="?([^"\s]+)"?\s*$/.exec(part)?.slice(1) ?? []);
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2)) as Partial<Record<'t' | 'k', string>>;
}
