import { transactionXml } from '../objects/transaction-xml.js';
import { verificationXml } from '../objects/verification.js';
import { Invalid, Refused, Unsuccessful, type ValidationError } from '../wire/refused.js';
import { list, symbol, type XmlRecord, type XmlValue, xmlDocument } from '../wire/xml.js';

/** A refusal before it is compressed. */
export interface ErrorAnswer {
  readonly status: number;
  /** Absent: the SDK looks at the status alone. */
  readonly xml: string | undefined;
  /** The first error's code, or the processor's. */
  readonly code: string | undefined;
}

/** @throws whatever is no refusal */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof Refused) return { status: error.status, xml: undefined, code: undefined };
  if (error instanceof Invalid)
    return {
      status: 422,
      code: error.errors[0]?.code,
      xml: apiError(error.message, { [error.subject]: { errors: shown(error.errors) } }, {}),
    };
  if (!(error instanceof Unsuccessful)) throw error;
  const { made } = error;
  const transaction = 'transaction' in made ? made.transaction : undefined;
  const response = 'transaction' in made ? made.transaction.response : made.verification.response;
  const object: XmlRecord =
    'transaction' in made
      ? { transaction: transactionXml(made.transaction) }
      : { verification: verificationXml(made.verification) };
  return { status: 422, code: transaction?.rejection ?? response?.code, xml: apiError(error.message, {}, object) };
}

function apiError(message: string, about: XmlRecord, object: XmlRecord): string {
  const errors = { errors: list('error', []), ...about };
  return xmlDocument('apiErrorResponse', { errors, params: '', message, ...object });
}

function shown(errors: readonly ValidationError[]): XmlValue {
  return list(
    'error',
    errors.map(({ code, attribute, message }) => ({ code, attribute: symbol(attribute), message })),
  );
}
