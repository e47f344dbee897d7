import { type XmlRecord, xmlDocument } from '../wire/xml.js';

export const KINDS = [
  'check',
  'disbursement',
  'dispute_accepted',
  'dispute_disputed',
  'dispute_expired',
  'dispute_lost',
  'dispute_opened',
  'dispute_under_review',
  'dispute_won',
  'payment_method_revoked_by_customer',
  'refund_failed',
  'transaction_disbursed',
  'transaction_settled',
  'transaction_settlement_declined',
] as const;
export type Kind = (typeof KINDS)[number];

/** Something that has happened. Braintree's notifications have no id; this one is for the control API. */
export interface Notification {
  readonly id: string;
  readonly kind: Kind;
  readonly subjectId: string;
  readonly subject: XmlRecord;
  readonly timestamp: Date;
}

const LINE = 60;

/** `bt_payload`: base64 in lines, each with its end, as Ruby writes it. */
export function payloadOf({ timestamp, kind, subject }: Notification): string {
  const encoded = Buffer.from(xmlDocument('notification', { timestamp, kind, subject })).toString('base64');
  return encoded.replaceAll(new RegExp(`.{1,${LINE}}`, 'g'), '$&\n');
}
