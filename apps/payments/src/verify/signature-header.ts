/** The `Stripe-Signature` header, read: when the body was signed, and the signatures that may prove it. */
export interface SignatureHeader {
  readonly kind: 'header';
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** What `v1` is to be; values that cannot be an HMAC-SHA256 in Stripe's spelling are left out. */
  readonly candidates: readonly Buffer[];
}

/** Why nothing can be verified with this header. */
export type HeaderRefusal =
  | { readonly kind: 'header_missing' }
  | { readonly kind: 'header_malformed'; readonly what: string }
  | { readonly kind: 'no_v1'; readonly schemes: readonly string[] };

/** A header of Stripe's has some 200 characters; with as many secrets as it can roll at once not 1,000. */
const MAX_LENGTH = 4_096;
/** Shown back at most, so that an answer stays short. */
const MAX_SCHEMES = 5;

const SECONDS = /^[1-9]\d{0,11}$/;
const HMAC_SHA256 = /^[0-9a-f]{64}$/;
const SCHEME = /^v\d{1,3}$/;

/** As nearly all of Stripe's are: one time, one v1 and, in test mode, one v0. */
const USUAL = /^t=([1-9]\d{0,11}),v1=([0-9a-f]{64})(?:,v0=[0-9a-f]{64})?$/;

/**
 * Reads `t=1492774577,v1=5257a8...,v0=6ffbb5...` (https://docs.stripe.com/webhooks#verify-manually). Whatever Stripe does not
 * write is refused rather than understood: the one header that is meant has one time, in plain digits.
 */
export function readSignatureHeader(header: string | undefined): SignatureHeader | HeaderRefusal {
  if (header === undefined || header.trim() === '') return { kind: 'header_missing' };
  if (header.length > MAX_LENGTH) return malformed(`it is longer than ${MAX_LENGTH} characters`);
  const usual = USUAL.exec(header);
  if (usual !== null)
    return { kind: 'header', timestamp: Number(usual[1]), candidates: [Buffer.from(usual[2]!, 'hex')] };
  const times: string[] = [];
  const signatures: string[] = [];
  const others: string[] = [];
  for (const item of header.split(',')) {
    const [name, value] = cut(item);
    if (name === 't') times.push(value);
    else if (name === 'v1') signatures.push(value);
    else others.push(name);
  }
  const [seconds, another] = times;
  if (seconds === undefined) return malformed('it has no time (t=...)');
  if (another !== undefined) return malformed('it has more than one time (t=...)');
  if (!SECONDS.test(seconds)) return malformed('its time (t=...) is not a number of seconds since 1970');
  if (signatures.length === 0) {
    const schemes = new Set(others.filter((name) => SCHEME.test(name)));
    return { kind: 'no_v1', schemes: [...schemes].slice(0, MAX_SCHEMES) };
  }
  const candidates = signatures.filter((value) => HMAC_SHA256.test(value)).map((value) => Buffer.from(value, 'hex'));
  if (candidates.length === 0) return malformed('no v1 of it is 64 lower-case hexadecimal digits');
  return { kind: 'header', timestamp: Number(seconds), candidates };
}

/** At the first equals sign; without one there is a name and nothing else. */
function cut(item: string): [name: string, value: string] {
  const at = item.indexOf('=');
  return at === -1 ? [item, ''] : [item.slice(0, at), item.slice(at + 1)];
}

function malformed(what: string): HeaderRefusal {
  return { kind: 'header_malformed', what };
}
