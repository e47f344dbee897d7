import { formatId } from '@signalbox/contracts';
import { decodeProtectedHeader, type JWK, type JWTPayload } from 'jose';
import { nameOf, type RequestRow, viewOfRequest } from './request.js';

/** Signs as the keys of our tokens do, which CORE keeps. */
export interface ReceiptSigner {
  sign(claims: JWTPayload, options: { readonly typ: string }): Promise<string>;
  readonly keySet: { readonly keys: readonly JWK[] };
}

export interface Receipt {
  readonly receipt: string;
  /** Kept with it: the key that signed is published for a day after its time, a receipt is shown for years. */
  readonly key: JWK;
}

/**
 * What was done about a request, for the user to keep: it says whom, which services, how much, when, and what had to be kept and why. Its
 * type makes it useless as a token.
 */
export async function signReceipt(
  signer: ReceiptSigner,
  issuer: string,
  request: RequestRow,
  now: Date,
): Promise<Receipt> {
  const { id, appId, kind, askedBy, requestedAt } = request;
  const { services } = viewOfRequest(request);
  const receipt = await signer.sign(
    {
      iss: issuer,
      jti: formatId('dataRequest', id),
      iat: Math.floor(now.getTime() / 1_000),
      sub: nameOf(request),
      app: formatId('app', appId),
      kind,
      asked_by: askedBy.startsWith('usr_') ? 'user' : askedBy === 'operator' ? 'operator' : 'app',
      requested_at: requestedAt.toISOString(),
      ended_at: now.toISOString(),
      services: services.map(({ service, counts, endedAt }) => ({ service, ended_at: endedAt, counts })),
      kept: services.flatMap(({ service, kept }) => kept.map((each) => ({ service, ...each }))),
    },
    { typ: `${kind}-receipt+jwt` },
  );
  const { kid } = decodeProtectedHeader(receipt);
  const key = signer.keySet.keys.find((each) => each.kid === kid);
  if (key === undefined) throw new TypeError('a receipt was signed with a key that is not in the key set');
  return { receipt, key };
}
