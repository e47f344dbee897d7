import { isAscii } from 'node:buffer';

/** What Braintree posts: `application/x-www-form-urlencoded`. */
export interface SignedForm {
  /** `publicKey|hex` pairs, joined by `&`. */
  readonly signature: string;
  /** Base64, with line ends as they were signed. */
  readonly payload: string;
}

/** Base64 as Braintree writes it. A blank in it is a `+` that somebody on the way decoded twice. */
const PAYLOAD = /^[A-Za-z0-9+/=\n]+$/;

export type FormFlaw = 'form_malformed' | 'signature_missing' | 'payload_malformed';

/** Reads the form exactly: each field once, `+` and `%0A` as the characters that they stand for. */
export function readForm(body: Buffer): SignedForm | FormFlaw {
  if (body.length === 0 || !isAscii(body)) return 'form_malformed';
  const fields = new URLSearchParams(body.toString('latin1'));
  const [signatures, payloads] = [fields.getAll('bt_signature'), fields.getAll('bt_payload')];
  // Of two nobody could say which was proven.
  if (signatures.length > 1 || payloads.length > 1) return 'form_malformed';
  const [signature = '', payload = ''] = [signatures[0], payloads[0]];
  if (signature === '') return 'signature_missing';
  return PAYLOAD.test(payload) ? { signature, payload } : 'payload_malformed';
}
