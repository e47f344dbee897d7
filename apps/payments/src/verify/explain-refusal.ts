import type { Diagnosis } from './diagnose.js';
import { TOLERANCE_SECONDS, type SignatureRefusal } from './verify-signature.js';

/** What the sender is told: a code for programs, and for people what is wrong and what to do about it. */
export interface RefusalInWords {
  readonly code: string;
  readonly detail: string;
}

export function explainRefusal(refusal: SignatureRefusal, diagnosis: Diagnosis): RefusalInWords {
  switch (refusal.kind) {
    case 'header_missing':
      return {
        code: 'signature_missing',
        detail:
          'There is no Stripe-Signature header. Stripe sends one with every webhook; if this came from Stripe, something on the way dropped it.',
      };
    case 'header_malformed':
      return {
        code: 'signature_malformed',
        detail: `The Stripe-Signature header cannot be one of Stripe's: ${refusal.what}. Pass it on exactly as it came.`,
      };
    case 'no_v1':
      return {
        code: 'signature_scheme_missing',
        detail: `The Stripe-Signature header has no v1 signature${
          refusal.schemes.length === 0 ? '' : `, only ${refusal.schemes.join(', ')}`
        }; no other scheme proves where a webhook comes from.`,
      };
    case 'outside_tolerance':
      return { code: 'timestamp_outside_tolerance', detail: explainAge(refusal.age) };
    case 'no_match':
      return { code: 'signature_mismatch', detail: explainMismatch(diagnosis) };
  }
}

function explainAge(age: number): string {
  return age > 0
    ? `The webhook was signed ${age} seconds ago, and ${TOLERANCE_SECONDS} are allowed: an old delivery was sent again, or the clock of this server is fast.`
    : `The webhook was signed ${-age} seconds in the future, and ${TOLERANCE_SECONDS} are allowed: the clock of the sender is fast, or that of this server slow.`;
}

function explainMismatch(diagnosis: Diagnosis): string {
  switch (diagnosis.kind) {
    case 'other_source':
      return `The signature is of the secret of another source, ${diagnosis.id} ("${diagnosis.name}"): this event destination of Stripe's posts to the wrong address, or the two secrets were exchanged.`;
    case 'secret_out_of_time':
      return diagnosis.over
        ? 'The signature is of a secret of this source that counts no longer: Stripe still signs with it, so give it a later end, or roll it at Stripe.'
        : 'The signature is of a secret of this source that does not count yet: give it an earlier beginning.';
    case 'body_changed':
      return `The body was signed ${diagnosis.form} and came differently: something between Stripe and here (a proxy, a relay, a framework) parsed and wrote it again. It has to pass the bytes on as they come.`;
    case 'secret_misread':
      return `The body was signed with the secret of this source written ${diagnosis.form}: the sender has to use exactly the text that Stripe shows.`;
    case 'unexplained':
      return 'No secret of this source that counts now made this signature: the secret is of another event destination, of the other mode (test or live) or of the Stripe CLI, or the body was changed on the way.';
  }
}
