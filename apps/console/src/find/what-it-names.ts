import { type IdKind, parseId, type Uuid } from '@signalbox/contracts';

/** What somebody pasted into the search field may be the name of. */
export type Named =
  | { readonly kind: IdKind; readonly id: Uuid }
  /** Such as an `apns-id`. */
  | { readonly kind: 'uuid'; readonly id: Uuid }
  /** An object or event of Stripe's. */
  | { readonly kind: 'stripe'; readonly id: string }
  /** A user or an installation, by the name that the app has given it. */
  | { readonly kind: 'text'; readonly text: string };

/** The kinds that have facts of their own in the log, or a page. */
const KINDS: readonly IdKind[] = [
  'notification',
  'delivery',
  'device',
  'event',
  'payment',
  'broadcast',
  'user',
  'app',
  'key',
  'credential',
  'webhookEndpoint',
  'stripeSource',
  'session',
  'client',
  'dataRequest',
  'tokenIssuer',
  'schedule',
];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** https://docs.stripe.com/api: a short word for the kind, then letters and digits. */
const STRIPE = /^(?:evt|pi|ch|py|in|sub|cus|re|pyr|du|dp|seti|pm|cs|po|price|prod)_[A-Za-z0-9]{8,}$/;

/** The longest name that a user or an installation may have. */
export const LONGEST_NAME = 256;

/** @returns undefined for nothing but spaces, or what is longer than any name. */
export function whatItNames(given: string): Named | undefined {
  const text = given.trim();
  if (text === '' || text.length > LONGEST_NAME || text.includes('\0')) return undefined;
  for (const kind of KINDS) {
    const id = parseId(kind, text);
    if (id !== undefined) return { kind, id };
  }
  const lower = text.toLowerCase();
  if (UUID.test(lower)) return { kind: 'uuid', id: lower };
  return STRIPE.test(text) ? { kind: 'stripe', id: text } : { kind: 'text', text };
}
