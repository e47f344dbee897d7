import type { XmlRecord } from '../wire/xml.js';
import type { ProcessorResponse } from './processor-response.js';

/** A card that was asked about without taking money. */
export interface Verification {
  readonly id: string;
  readonly status: 'failed' | 'gateway_rejected' | 'processor_declined' | 'verified';
  readonly response: ProcessorResponse;
  readonly gatewayRejectionReason: string | null;
  readonly createdAt: Date;
  readonly merchantAccountId: string;
}

export function verificationXml(verification: Verification): XmlRecord {
  const { response, ...rest } = verification;
  return {
    ...rest,
    processorResponseCode: response.code,
    processorResponseText: response.text,
    processorResponseType: response.type,
    cvvResponseCode: 'M',
    avsPostalCodeResponseCode: 'M',
    avsStreetAddressResponseCode: 'M',
    avsErrorResponseCode: null,
    updatedAt: verification.createdAt,
  };
}
