import type { FormFlaw } from './form.js';
import type { AgeFlaw } from './notification.js';
import type { SignatureFlaw } from './verify-signature.js';

export type Refusal = FormFlaw | SignatureFlaw | AgeFlaw | 'not_a_notification' | 'challenge_malformed';

/** What is wrong, for whoever set it up. */
export const REFUSALS: Readonly<Record<Refusal, string>> = {
  form_malformed: 'The body is not the form that Braintree posts: bt_signature and bt_payload, each once, URL-encoded.',
  signature_missing: 'There is no bt_signature in the form.',
  payload_malformed:
    'bt_payload is not base64 as Braintree writes it. If it has blanks, something on the way has decoded the form and written it again: forward the body as it is.',
  no_matching_public_key:
    'The signature is made for other keys than those of this source: it belongs to another merchant or environment, or the credential was rotated to keys that Braintree does not sign with.',
  signature_mismatch:
    'The signature does not fit: the private key of the credential is not that of its public key, or the payload was changed on its way.',
  not_a_notification: 'The signature fits, but the payload is not a notification.',
  too_old: 'The notification is older than seven days: it was recorded and sent again.',
  ahead_of_time: 'The notification is more than five minutes ahead of our time: a clock is wrong.',
  challenge_malformed: 'bt_challenge must be 20 to 32 hexadecimal digits in small letters.',
};
