import { z } from 'zod';
import type { Declined, Refused } from '../outcome.js';
import { readTransaction, UnknownShape, type Transaction } from './transaction.js';

const validationError = z.object({ code: z.string(), message: z.string() });

const unsuccessful = z.object({
  success: z.literal(false),
  message: z.string().optional(),
  transaction: z.unknown().optional(),
});

/** A method of the SDK's collection of errors. */
interface DeepErrors {
  readonly errors?: { deepErrors?(): unknown };
}

/** The transaction that a call made or changed, or why it did not. @throws UnknownShape */
export function readAnswer(answer: unknown): Transaction | Declined | Refused {
  if (isSuccess(answer)) return readTransaction(answer.transaction);
  const { transaction } = readUnsuccessful(answer);
  const made = transaction === undefined ? undefined : readTransaction(transaction);
  return made !== undefined && wasDeclined(made) ? declineOf(made) : refusalOf(answer);
}

/** The bank, or Braintree for it, said no: no money moves. */
export function wasDeclined({ status }: Transaction): boolean {
  return ['processor_declined', 'gateway_rejected', 'failed', 'settlement_declined'].includes(status);
}

/** Why nothing was done, in Braintree's words. @throws UnknownShape */
export function refusalOf(answer: unknown): Refused {
  const { message } = readUnsuccessful(answer);
  const found = z.array(validationError).safeParse((answer as DeepErrors).errors?.deepErrors?.());
  const [first] = found.data ?? [];
  return {
    kind: 'refused',
    code: first?.code ?? 'invalid_request',
    detail: first?.message ?? message ?? 'Braintree does not take this request.',
  };
}

export function isSuccess(answer: unknown): answer is { readonly success: true; readonly [name: string]: unknown } {
  return typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === true;
}

/** `declineCode`: the processor's code, or the rule of the gateway that said no. */
export function declineOf(transaction: Transaction): Declined {
  const { status, processorResponseCode, gatewayRejectionReason, processorSettlementResponseCode } = transaction;
  const declineCode =
    status === 'gateway_rejected'
      ? gatewayRejectionReason
      : status === 'settlement_declined'
        ? processorSettlementResponseCode
        : processorResponseCode;
  return { kind: 'declined', code: status, ...(declineCode !== undefined && { declineCode }) };
}

function readUnsuccessful(answer: unknown): z.output<typeof unsuccessful> {
  const parsed = unsuccessful.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new UnknownShape('the answer says neither that it happened nor why not');
}
